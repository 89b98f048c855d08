"""Clients that misbehave, each in its own way, drawn at random until they are told to stop."""

import json
import random
import socket
import struct
import threading

PATIENCE = 10.0  # seconds, for an answer


def post(path, body, *headers):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", f"Content-Length: {len(body)}",
             *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


PING = post("/api/tools/execute", b'{"tool":"ping","arguments":{}}')
DOCUMENT = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"


class BadClients:
    """`many` threads of them against a server on `port`, until stop()."""

    def __init__(self, port, repository, many=4):
        self.port, self.repository = port, repository
        self.done = threading.Event()
        self.counts = {}
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.misbehave, args=(random.Random(number),)) for number in range(many)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def misbehave(self, draw):
        ways = [self.half_a_head, self.half_a_body_and_reset, self.garbage, self.byte_by_byte, self.asks_and_never_reads,
                self.endless_head, self.claims_a_huge_body, self.another_protocol, self.silent, self.leaves_a_pipeline,
                self.leaves_a_call, self.wrong_chunks, self.deep_json]
        while not self.done.is_set():
            way = draw.choice(ways)
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as client:
                    way(client, draw)
            except OSError:
                pass  # the server has hung up, which is its right
            with self.lock:
                self.counts[way.__name__] = self.counts.get(way.__name__, 0) + 1

    def half_a_head(self, client, draw):
        client.sendall(PING[:draw.randrange(1, 80)])

    def half_a_body_and_reset(self, client, draw):
        client.sendall(PING[:-draw.randrange(1, 20)])
        self.reset(client)

    def garbage(self, client, draw):
        client.sendall(draw.randbytes(draw.randrange(1, 20_000)))
        client.recv(1000)

    def byte_by_byte(self, client, draw):
        for byte in PING[:draw.randrange(10, 60)]:
            if self.done.wait(0.02):
                return
            client.sendall(bytes([byte]))

    def asks_and_never_reads(self, client, draw):
        client.settimeout(0.5)  # until both sides' buffers are full
        client.sendall(DOCUMENT * draw.randrange(10, 300))
        self.reset(client)

    def endless_head(self, client, draw):
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        for number in range(draw.randrange(10, 2_000)):
            client.sendall(f"X-{number}: {'y' * 100}\r\n".encode())
        client.recv(1000)

    def claims_a_huge_body(self, client, draw):
        claimed = draw.choice(["99999999999", "-1", "18446744073709551616", "1e9", "0x10"])
        client.sendall(f"POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: {claimed}\r\n\r\n{{".encode())
        client.recv(1000)

    def another_protocol(self, client, draw):
        client.sendall(draw.choice([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                                    b"SSH-2.0-OpenSSH_9.2\r\n", b"GET / HTTP/0.9\r\n\r\n", b"\0" * 64]))
        client.recv(1000)

    def silent(self, client, draw):
        self.done.wait(draw.random())

    def leaves_a_pipeline(self, client, draw):
        body = json.dumps({"path": str(self.repository)}).encode()
        client.sendall(post("/api/pipelines/container-build/execute", body, "Accept: text/event-stream"))
        client.recv(draw.randrange(1, 400))
        self.reset(client)

    def leaves_a_call(self, client, draw):
        body = json.dumps({"tool": "analyze", "arguments": {"path": str(self.repository)}}).encode()
        client.sendall(post("/api/tools/execute", body))
        if draw.random() < 0.5:
            self.reset(client)

    def wrong_chunks(self, client, draw):
        client.sendall(b"POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.sendall(draw.choice([b"zz\r\n{}\r\n", b"ffffffffffffffff\r\n{", b"2\r\n{}xx0\r\n\r\n", b"-1\r\n"]))
        client.recv(1000)

    def deep_json(self, client, draw):
        depth = draw.randrange(10, 100_000)
        client.sendall(post("/api/tools/execute", b"[" * depth))
        client.recv(1000)

    @staticmethod
    def reset(client):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
