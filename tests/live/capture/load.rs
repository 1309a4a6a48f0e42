//! Clients that send as fast as they are answered, until the connection breaks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use super::client::{Client, TARGET, post, start_call};
use crate::support::TestResult;

/// Clients under load, each with one request in flight.
pub(crate) struct Load {
    clients: Vec<JoinHandle<Sent>>,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
}

/// What clients have sent.
#[derive(Default)]
pub(crate) struct Sent {
    /// Ids of the calls whose callback was acknowledged.
    pub(crate) acknowledged: Vec<String>,
    /// Ids of the others: in flight when the connection broke, or refused.
    pub(crate) others: Vec<String>,
}

impl Load {
    /// Starts so many clients; the ids of their calls begin with a name.
    pub(crate) fn start(address: SocketAddr, clients: usize, name: &str) -> Self {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let start = |number| {
            let (stop, acknowledged) = (Arc::clone(&stop), Arc::clone(&acknowledged));
            let name = format!("{name}-{number}");
            std::thread::spawn(move || send(address, &name, &stop, &acknowledged))
        };
        Self { clients: (0..clients).map(start).collect(), stop, acknowledged }
    }

    /// How many callbacks have been acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Ends the clients after the request at hand, and tells what they have sent.
    pub(crate) fn stop(self) -> Sent {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Sent::default();
        for client in self.clients {
            let sent = client.join().unwrap_or_default();
            all.acknowledged.extend(sent.acknowledged);
            all.others.extend(sent.others);
        }
        all
    }
}

fn send(address: SocketAddr, name: &str, stop: &AtomicBool, acknowledged: &AtomicU64) -> Sent {
    let mut sent = Sent::default();
    let Ok(mut client) = Client::connect(address) else { return sent };
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let call_id = format!("{name}-{number}");
        match ask(&mut client, &call_id) {
            Ok(200) => {
                acknowledged.fetch_add(1, Ordering::SeqCst);
                sent.acknowledged.push(call_id);
            }
            Ok(_) => sent.others.push(call_id),
            Err(_) => {
                sent.others.push(call_id);
                break;
            }
        }
    }
    sent
}

fn ask(client: &mut Client, call_id: &str) -> TestResult<u16> {
    Ok(client.ask(&post(TARGET, "", start_call(call_id).as_bytes()))?.status)
}
