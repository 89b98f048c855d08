"""A receiver of Alertmanager's webhooks, on a free port."""

import http.server
import json
import threading


class Webhook:
    def __init__(self):
        self.alerts, self.lock = [], threading.Lock()
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with webhook.lock:
                    webhook.alerts += body["alerts"]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/alerts"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def find(self, status, name, **labels):
        """The last that arrived with this status, name and labels, or None."""
        with self.lock:
            for alert in reversed(self.alerts):
                if alert["status"] == status and {"alertname": name, **labels}.items() <= alert["labels"].items():
                    return alert
        return None

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
