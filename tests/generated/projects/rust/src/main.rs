use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;

fn main() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8080".to_string());
    let uid = std::fs::metadata("/proc/self").unwrap().uid();
    let body = format!("rust {}", uid);
    for stream in std::net::TcpListener::bind(format!("0.0.0.0:{}", port)).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.len(), body);
    }
}
