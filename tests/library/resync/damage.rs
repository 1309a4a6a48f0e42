//! The kinds of damage.

use crate::support::codings::gzip;

use fastrand::Rng;

use super::dump::Chunk;

/// Damages the chunk of that number, and whatever it takes along.
type Damage = fn(&mut Rng, &mut Vec<Chunk>, usize);

/// Every kind of damage, with its name.
pub(crate) const KINDS: [(&str, Damage); 32] = [
    ("a bit flipped in the head", |rng, log, at| flip(rng, &mut log[at], Part::Head, 1)),
    ("a bit flipped in the body", |rng, log, at| flip(rng, &mut log[at], Part::Body, 1)),
    ("twelve bytes flipped anywhere", |rng, log, at| flip(rng, &mut log[at], Part::All, 12)),
    ("bytes cut from the head", |rng, log, at| cut(rng, &mut log[at], Part::Head)),
    ("bytes cut from the body", |rng, log, at| cut(rng, &mut log[at], Part::Body)),
    ("the end cut off", |rng, log, at| {
        let end = rng.usize(1..log[at].bytes.len());
        log[at].bytes.truncate(end);
    }),
    ("the beginning cut off", |rng, log, at| {
        let begin = rng.usize(1..log[at].bytes.len());
        log[at].bytes.drain(..begin);
    }),
    ("cut from one into the next", |rng, log, at| {
        let (end, begin) = (rng.usize(1..log[at].bytes.len()), rng.usize(1..log[at + 1].bytes.len()));
        log[at].bytes.truncate(end);
        log[at + 1].bytes.drain(..begin);
        log[at + 1].damaged = true;
    }),
    ("random bytes put into the head", |rng, log, at| put(rng, &mut log[at], Part::Head, random)),
    ("random bytes put into the body", |rng, log, at| put(rng, &mut log[at], Part::Body, random)),
    ("printable noise put anywhere", |rng, log, at| put(rng, &mut log[at], Part::All, printable)),
    ("printable noise between records", |rng, log, at| between(log, at, printable(rng))),
    ("a length too great by 1 to 1,000", |rng, log, at| {
        let more = rng.i64(1..=1000);
        length(&mut log[at], |length| (length + more).to_string());
    }),
    ("a length too small by 1 to 1,000", |rng, log, at| {
        let less = rng.i64(1..=1000);
        length(&mut log[at], |length| (length - less).max(0).to_string());
    }),
    ("a length that is none", |_, log, at| length(&mut log[at], |_| "many".to_owned())),
    ("a length beyond all bounds", |_, log, at| length(&mut log[at], |_| "99999999999999999999".to_owned())),
    ("no length", |_, log, at| replace(&mut log[at], b"Content-Length", b"X-Was-Length")),
    ("no blank line", |_, log, at| replace(&mut log[at], b"\r\n\r\n", b"\r\n")),
    ("a missing line end", |rng, log, at| {
        let ends: Vec<usize> = memchr::memmem::find_iter(&log[at].bytes, b"\r\n").collect();
        let end = ends[rng.usize(..ends.len())];
        log[at].bytes.drain(end..end + 2);
    }),
    ("no line end before the next", |_, log, at| {
        let text = log[at].bytes.trim_ascii_end().len();
        log[at].bytes.truncate(text);
    }),
    ("a block of NUL over it", |rng, log, at| {
        let length = log[at].bytes.len();
        let begin = rng.usize(..length);
        let end = (begin + rng.usize(1..512)).min(length);
        log[at].bytes[begin..end].fill(0);
    }),
    ("blocks of NUL over it and the next", |rng, log, at| {
        let begin = rng.usize(..log[at].bytes.len());
        log[at].bytes[begin..].fill(0);
        let end = rng.usize(1..log[at + 1].bytes.len());
        log[at + 1].bytes[..end].fill(0);
        log[at + 1].damaged = true;
    }),
    ("a block of NUL between", |rng, log, at| between(log, at, vec![0; rng.usize(1..4096)])),
    ("a block of NUL right before it", |rng, log, at| right_before(log, at, vec![0; rng.usize(1..4096)])),
    ("the header of a second capture right before it", |_, log, at| right_before(log, at, PCAP.to_vec())),
    ("an HTML error page between", |_, log, at| between(log, at, HTML.to_vec())),
    ("an HTML error page for a body", |_, log, at| {
        let body = log[at].body;
        log[at].bytes.truncate(body);
        log[at].bytes.extend_from_slice(HTML);
    }),
    ("a gzip body", |_, log, at| {
        let body = log[at].body;
        let packed = gzip(&log[at].bytes[body..]).unwrap_or_default();
        let length_of = packed.len();
        length(&mut log[at], |_| length_of.to_string());
        let body = memchr::memmem::find(&log[at].bytes, b"\r\n\r\n").map_or(body, |end| end + 4);
        log[at].bytes.truncate(body);
        log[at].bytes.extend_from_slice(&packed);
        log[at].bytes.extend_from_slice(b"\r\n");
    }),
    ("a TLS hello between", |rng, log, at| {
        let mut hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
        hello.extend(std::iter::repeat_with(|| rng.u8(..)).take(506));
        hello.retain(|byte| *byte != b'\n');
        between(log, at, hello);
    }),
    ("the header of a second capture", |_, log, at| {
        between(log, at, PCAP.to_vec());
    }),
    ("the answer to it", |_, log, at| {
        between(log, at, b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"ErrorCode\":0}\r\n".to_vec());
    }),
    ("a first half that is sent again", |rng, log, at| {
        let half = log[at].bytes[..rng.usize(1..log[at].bytes.len())].to_vec();
        let body = log[at].body;
        log.insert(at, Chunk { bytes: half, body, damaged: true });
        log[at + 1].damaged = true;
    }),
];

const PCAP: &[u8] = b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0";

const HTML: &[u8] =
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway\
</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

enum Part {
    Head,
    Body,
    All,
}

fn range(chunk: &Chunk, part: &Part) -> std::ops::Range<usize> {
    let text = chunk.bytes.trim_ascii_end().len();
    match part {
        Part::Head if chunk.body > 0 => 0..chunk.body,
        Part::Body => chunk.body..text,
        Part::Head | Part::All => 0..text,
    }
}

fn flip(rng: &mut Rng, chunk: &mut Chunk, part: Part, times: usize) {
    let range = range(chunk, &part);
    for _ in 0..times {
        chunk.bytes[rng.usize(range.clone())] ^= 1 << rng.u8(..8);
    }
}

fn cut(rng: &mut Rng, chunk: &mut Chunk, part: Part) {
    let range = range(chunk, &part);
    let begin = rng.usize(range.clone());
    let end = rng.usize(begin + 1..=range.end);
    chunk.bytes.drain(begin..end);
}

fn put(rng: &mut Rng, chunk: &mut Chunk, part: Part, noise: fn(&mut Rng) -> Vec<u8>) {
    let at = rng.usize(range(chunk, &part));
    chunk.bytes.splice(at..at, noise(rng));
}

/// Puts noise before a chunk, on a line of its own; the chunk stays as it is.
fn between(log: &mut Vec<Chunk>, at: usize, noise: Vec<u8>) {
    let bytes = if noise.ends_with(b"\n") { noise } else { [&noise[..], b"\n"].concat() };
    right_before(log, at, bytes);
}

/// The same without a line end.
fn right_before(log: &mut Vec<Chunk>, at: usize, bytes: Vec<u8>) {
    log[at].damaged = false;
    log.insert(at, Chunk { bytes, body: 0, damaged: true });
}

fn random(rng: &mut Rng) -> Vec<u8> {
    let length = rng.usize(1..300);
    std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
}

fn printable(rng: &mut Rng) -> Vec<u8> {
    let length = rng.usize(1..300);
    std::iter::repeat_with(|| rng.u8(b' '..=b'~')).take(length).collect()
}

fn replace(chunk: &mut Chunk, from: &[u8], to: &[u8]) {
    if let Some(at) = memchr::memmem::find(&chunk.bytes, from) {
        chunk.bytes.splice(at..at + from.len(), to.iter().copied());
    }
}

/// Gives another `Content-Length`.
fn length(chunk: &mut Chunk, other: impl Fn(i64) -> String) {
    const NAME: &[u8] = b"Content-Length: ";
    let Some(at) = memchr::memmem::find(&chunk.bytes, NAME).map(|at| at + NAME.len()) else { return };
    let digits = chunk.bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let given = String::from_utf8_lossy(&chunk.bytes[at..at + digits]).parse().unwrap_or(0);
    chunk.bytes.splice(at..at + digits, other(given).bytes());
}
