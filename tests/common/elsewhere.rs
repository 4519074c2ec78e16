//! A server of this machine, reached by an address that is not loopback: through a forwarder that notes what is sent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;

/// A forwarder to a server, on all addresses of this machine.
pub struct Elsewhere {
    port: u16,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Elsewhere {
    /// Forwards to a port of this machine, until the test ends.
    pub fn new(to: u16) -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let forwarder = Self { port: listener.local_addr().unwrap().port(), sent: Arc::default() };
        let sent = Arc::clone(&forwarder.sent);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                let (client2, server2) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let sent = Arc::clone(&sent);
                thread::spawn(move || forward(client, server, |bytes| sent.lock().unwrap().extend(bytes)));
                thread::spawn(move || forward(server2, client2, |_| ()));
            }
        });
        forwarder
    }

    /// The forwarder's addresses: one that every machine has, and this machine's own if it is in a network.
    pub fn addresses(&self) -> Vec<String> {
        // Nothing is sent: the system only says which address it would send from.
        let own = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
            socket.connect("192.0.2.1:9")?;
            socket.local_addr()
        });
        let own = own.ok().map(|address| address.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified());
        let hosts = std::iter::once("0.0.0.0".to_owned()).chain(own.map(|ip| ip.to_string()));
        hosts.map(|host| format!("{host}:{}", self.port)).collect()
    }

    /// What was sent to the server.
    pub fn sent(&self) -> Vec<u8> {
        self.sent.lock().unwrap().clone()
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, note: impl Fn(&[u8])) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        note(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
