"""measured.cpp as a child process that is told what to have measured."""

import subprocess
import tempfile

import stack


class Measured:
    def __init__(self, binary, port, token):
        self.folder = tempfile.TemporaryDirectory()
        environment = {**stack.CLEAN, "OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_PROMETHEUS_HOST": "127.0.0.1",
                       "OTEL_EXPORTER_PROMETHEUS_PORT": str(port), "CONTAINER_KIT_METRICS_TOKEN": token,
                       "CONTAINER_KIT_FLIGHT_DIR": self.folder.name, "CONTAINER_KIT_SPOOL_DIR": self.folder.name}
        self.process = subprocess.Popen([binary], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def tell(self, *commands):
        for command in commands:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            assert self.process.stdout.readline() == "done\n", command

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)
        self.folder.cleanup()
