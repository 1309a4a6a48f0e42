//! Durable acknowledgements a second, beside the disk's own rate of syncs and beside a server that stores nothing:
//! `cargo bench --bench capture`. `CALLKIT_BENCH_SECONDS` sets how long each part takes, `CALLKIT_BENCH_FOLDER` where
//! the log stands.
//!
//! Everything runs on the same machine, the load generator too, so that only the relations mean much.

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Connections that send at once, each the next request when the last one is answered.
const CONNECTIONS: usize = 64;

/// The argument that makes this program the server that stores nothing.
const PLAIN: &str = "--plain-server";

const BODY: &str = concat!(
    r#"{"UserId":"alice","RoomId":"room-1","TotalNum":2,"MediaType":"video","CallType":"single","#,
    r#""CallId":"7d1c5a0e-0001-4d1c-9c55-5f2f3a8b1001","Role":"caller","Event":"start_call","CallResult":"","#,
    r#""EventTime":1704856873}"#
);

fn main() -> Outcome {
    if std::env::args().any(|argument| argument == PLAIN) {
        return plain_server();
    }
    let seconds = std::env::var("CALLKIT_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(5));
    let folder = tempfile::tempdir_in(
        std::env::var_os("CALLKIT_BENCH_FOLDER")
            .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from),
    )?;
    let plain = measure(Command::new(std::env::current_exe()?).arg(PLAIN), time)?;
    let always = capture(folder.path(), "always", time)?;
    let within = capture(folder.path(), "500ms", time)?;
    let never = capture(folder.path(), "none", time)?;
    let syncs = syncs(folder.path(), time)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "| what | a second | to the plain server |\n| --- | ---: | ---: |")?;
    for (what, rate) in [
        ("a plain hyper server that stores nothing, answers", plain),
        ("`capture --sync none`, acknowledgements", never),
        ("`capture --sync 500ms`, acknowledgements", within),
        ("`capture`, durable acknowledgements", always),
    ] {
        writeln!(out, "| {what} | {rate:.0} | {:.2} |", rate / plain)?;
    }
    writeln!(out, "| the disk alone: one line written and synced, again and again | {syncs:.0} | |")?;
    writeln!(out, "durable acknowledgements for each sync that the disk can do: {:.1}", always / syncs)?;
    Ok(())
}

/// Acknowledgements a second of `capture`, each of which must be a line of the log afterwards.
fn capture(folder: &Path, sync: &str, time: Duration) -> Outcome<f64> {
    let log = folder.join(format!("{sync}.log"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_callkit-tool"));
    command.args(["capture", "--listen", "127.0.0.1:0", "--sync", sync, "--no-progress", "-o"]).arg(&log);
    let rate = measure(&mut command, time)?;
    let mut lines = 0;
    let mut buffer = vec![0; 1 << 20];
    let mut file = File::open(&log)?;
    while let read @ 1.. = file.read(&mut buffer)? {
        lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count();
    }
    // The acknowledged ones, and at most one in flight for each connection when time was up.
    let acknowledged = (rate * time.as_secs_f64()).round() as usize;
    if !(acknowledged..=acknowledged + CONNECTIONS).contains(&lines) {
        return Err(format!("{acknowledged} acknowledged, but {lines} lines").into());
    }
    Ok(rate)
}

/// Answers a second of a server that says on standard error where it listens.
fn measure(command: &mut Command, time: Duration) -> Outcome<f64> {
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let rate = address(&mut child).and_then(|address| load(address, time));
    // The server closes its files as it does when it is told to end.
    #[cfg(unix)]
    Command::new("kill").arg(child.id().to_string()).status()?;
    #[cfg(not(unix))]
    child.kill()?;
    child.wait()?;
    rate
}

fn address(child: &mut Child) -> Outcome<SocketAddr> {
    let stderr = child.stderr.take().ok_or("no standard error")?;
    let mut lines = BufReader::new(stderr).lines();
    let address = loop {
        let line = lines.next().ok_or("the server has ended")??;
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.parse()?;
        }
    };
    // Whatever else it says must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(address)
}

/// Answers a second under load.
fn load(address: SocketAddr, time: Duration) -> Outcome<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let end = Instant::now() + time;
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(client(address, end))).collect();
        let mut answers = 0;
        for client in clients {
            answers += client.await?.map_err(|error| error.to_string())?;
        }
        Ok(answers as f64 / time.as_secs_f64())
    })
}

/// Sends requests one after another until time is up; returns how many were answered by then.
async fn client(address: SocketAddr, end: Instant) -> std::io::Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "POST /callkit?sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=203.0.113.7\
         &optplatform=iOS HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer = [0; 4096];
    let mut answers = 0;
    loop {
        stream.write_all(request.as_bytes()).await?;
        // Answers are small and come in one piece.
        let read = stream.read(&mut buffer).await?;
        if !buffer[..read].starts_with(b"HTTP/1.1 200") {
            let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
            return Err(std::io::Error::other(format!("answered with {text:?}")));
        }
        if Instant::now() >= end {
            return Ok(answers);
        }
        answers += 1;
    }
}

/// How often a second a line can be written and brought to disk.
fn syncs(folder: &Path, time: Duration) -> Outcome<f64> {
    let mut file = File::options().append(true).create(true).open(folder.join("syncs"))?;
    let line = [b'x'; 700];
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < time {
        file.write_all(&line)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// Reads requests and answers them, and nothing else.
fn plain_server() -> Outcome {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    writeln!(std::io::stderr(), "listening on http://{}", listener.local_addr()?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    })
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    drop(request.into_body().collect().await);
    Ok(Response::new(Full::new(Bytes::from_static(br#"{"ErrorCode":0,"ErrorMessage":"Success"}"#))))
}
