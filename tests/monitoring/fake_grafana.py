#!/usr/bin/env python3
"""Stands for Grafana where there is none: takes its command line, reads its configuration and its provisioning as it does,
and answers the two requests that check_monitoring.sh makes. Its own password is what it had at its first start, until
`grafana cli admin reset-admin-password` says another."""

import base64
import configparser
import http.server
import json
import re
import sys
import urllib.parse
from pathlib import Path

import yaml


def expanded(text):
    found = re.fullmatch(r"\$__file\{(.*)\}", text)
    return Path(found.group(1)).read_text() if found else text


def main():
    words = sys.argv[1:]
    config = configparser.ConfigParser()
    config.read(words[words.index("--config") + 1])
    password = Path(config["paths"]["data"]) / "password"
    if words[0] == "cli":
        assert words[-3:] == ["admin", "reset-admin-password", "--password-from-stdin"], words
        password.write_text(sys.stdin.read())
        return
    assert words[:2] == ["server", "--homepath"], words
    if not password.exists():
        password.write_text(expanded(config["security"]["admin_password"]))
    provisioning = Path(config["paths"]["provisioning"])
    source, = [each for each in yaml.safe_load((provisioning / "datasources/container-kit.yml").read_text())["datasources"]
               if each["uid"] == "prometheus"]
    assert Path(source["secureJsonData"]["basicAuthPassword"][8:-1]).is_file(), source
    provider, = yaml.safe_load((provisioning / "dashboards/container-kit.yml").read_text())["providers"]
    dashboards = [json.loads(file.read_text()) for file in sorted(Path(provider["options"]["path"]).glob("*.json"))]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            known = f"Basic {base64.b64encode(b'admin:' + password.read_bytes()).decode()}"
            if path == "/api/health":
                self.answer(200, {"database": "ok"})
            elif self.headers["Authorization"] != known:
                self.answer(401, {"message": "Invalid username or password"})
            else:
                tag = urllib.parse.parse_qs(query)["tag"][0]
                self.answer(200, [{"uid": each["uid"], "title": each["title"]} for each in dashboards if tag in each["tags"]])

        def answer(self, status, value):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(value, separators=(",", ":")).encode())

        def log_message(self, *_):
            pass

    address = config["server"]["http_addr"], int(config["server"]["http_port"])
    http.server.ThreadingHTTPServer(address, Handler).serve_forever()


if __name__ == "__main__":
    main()
