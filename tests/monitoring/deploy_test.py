"""What deploy/ holds for more than one machine: current where it is written by a program, pinned, and shut where it can
be. kustomize and the Collector read it in scripts of their own, where they are installed."""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

import stack

DEPLOY = stack.ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
MANIFESTS = [manifest for file in sorted(KUBERNETES.glob("*.yaml")) for manifest in yaml.safe_load_all(file.read_text())]
SERVED = {"/health", "/ready", "/status", "/"}


def of_kind(*kinds):
    return [manifest for manifest in MANIFESTS if manifest["kind"] in kinds]


class Kubernetes(unittest.TestCase):
    def test_what_is_written_by_generate_py_is_current(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, KUBERNETES / "generate.py", folder], check=True)
            written = [file for file in Path(folder).rglob("*") if file.is_file()]
            self.assertEqual(len(written), 3)
            for file in written:
                here = KUBERNETES / file.relative_to(folder)
                self.assertEqual(file.read_text(), here.read_text(), f"{here} is not current: run generate.py")

    def test_the_prometheus_rule_holds_every_rule(self):
        rule, = of_kind("PrometheusRule")
        groups = [group for file in sorted((DEPLOY / "prometheus/rules").glob("*.yml"))
                  for group in yaml.safe_load(file.read_text())["groups"]]
        self.assertEqual(rule["spec"]["groups"], groups)
        self.assertTrue(groups)

    def test_the_kustomization_names_every_manifest(self):
        kustomization, = of_kind("Kustomization")
        files = {file.name for file in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
        self.assertEqual(set(kustomization["resources"]), files)
        for generator in kustomization["configMapGenerator"]:
            for source in generator["files"]:
                self.assertTrue((KUBERNETES / source.partition("=")[2]).is_file(), source)

    def test_pods_run_under_the_restricted_profile(self):
        pods = [manifest["spec"]["template"]["spec"] for manifest in of_kind("Deployment", "StatefulSet")]
        self.assertEqual(len(pods), 4)
        for pod in pods:
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
            self.assertFalse(pod["automountServiceAccountToken"])
            for container in pod["containers"]:
                context = container["securityContext"]
                self.assertFalse(context["allowPrivilegeEscalation"])
                self.assertTrue(context["readOnlyRootFilesystem"])
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                self.assertIn("memory", container["resources"]["limits"])
                for probe in ("livenessProbe", "readinessProbe"):
                    self.assertIn(container[probe]["httpGet"]["path"], SERVED)
                self.assertRegex(container["image"], r"^container-kit$|:\d+\.\d+\.\d+$")

    def test_every_folder_that_the_server_writes_to_is_a_volume(self):
        server = next(each for each in of_kind("Deployment") if each["metadata"]["name"] == "container-kit")
        pod = server["spec"]["template"]["spec"]
        container, = pod["containers"]
        folders = {variable["name"]: variable["value"] for variable in container["env"] if variable["name"].endswith("_DIR")}
        self.assertEqual(set(folders), {"CONTAINER_KIT_FLIGHT_DIR", "CONTAINER_KIT_SPOOL_DIR", "CONTAINER_KIT_STATE_DIR"})
        mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for folder in folders.values():
            self.assertFalse(mounts[folder].get("readOnly"))
            self.assertIn("sizeLimit", volumes[mounts[folder]["name"]]["emptyDir"])
        # A pod that fills its volume is evicted, so the limit of the workspaces lies well below it.
        most = int(next(variable["value"] for variable in container["env"]
                        if variable["name"] == "CONTAINER_KIT_SESSION_TOTAL_BYTES"))
        size = volumes[mounts[folders["CONTAINER_KIT_STATE_DIR"]]["name"]]["emptyDir"]["sizeLimit"]
        self.assertTrue(size.endswith("Gi"))
        self.assertLessEqual(2 * most, int(size.removesuffix("Gi")) << 30)

    def test_a_client_stays_with_the_pod_that_has_its_sessions(self):
        service = next(each for each in of_kind("Service") if each["metadata"]["name"] == "container-kit")
        self.assertEqual(service["spec"]["sessionAffinity"], "ClientIP")

    def test_the_resource_is_told_where_it_runs(self):
        server = next(each for each in of_kind("Deployment") if each["metadata"]["name"] == "container-kit")
        container, = server["spec"]["template"]["spec"]["containers"]
        told = {variable["name"] for variable in container["env"] if "valueFrom" in variable}
        self.assertEqual(told, {"POD_NAME", "POD_NAMESPACE", "POD_IP", "POD_UID", "NODE_NAME"})
        detectors = (stack.ROOT / "telemetry/src/config/detectors.cpp").read_text()
        for name in told:  # the library reads them
            self.assertIn(f'"{name}"', detectors)

    def test_kustomize_builds_it(self):
        if not shutil.which("kustomize"):
            self.skipTest("kustomize is not installed")
        done = subprocess.run(["kustomize", "build", KUBERNETES], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


class Collector(unittest.TestCase):
    def test_pipelines_use_what_is_configured_and_nothing_is_idle(self):
        for file in sorted((DEPLOY / "otel-collector").glob("*.yml")):
            with self.subTest(file.name):
                configuration = yaml.safe_load(file.read_text())
                pipelines = configuration["service"]["pipelines"].values()
                for kind in ("receivers", "processors", "exporters"):
                    used = {name for pipeline in pipelines for name in pipeline.get(kind, [])}
                    self.assertEqual(used, set(configuration[kind]))
                self.assertEqual(set(configuration["service"]["extensions"]), set(configuration["extensions"]))

    def test_whole_traces_come_to_one_collector_before_they_are_sampled(self):
        balancer = yaml.safe_load((DEPLOY / "otel-collector/balancer.yml").read_text())
        self.assertEqual(balancer["exporters"]["loadbalancing/traces"]["routing_key"], "traceID")
        self.assertNotIn("batch", balancer["processors"])  # batches would be taken apart again
        gateway = yaml.safe_load((DEPLOY / "otel-collector/gateway.yml").read_text())
        processors = gateway["service"]["pipelines"]["traces"]["processors"]
        self.assertLess(processors.index("tail_sampling"), processors.index("batch"))


class Systemd(unittest.TestCase):
    def test_units_are_valid_and_shut(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        unit = DEPLOY / "systemd/container-kit.service"
        said = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True).stderr
        said = [line for line in said.splitlines() if "is not executable" not in line]  # not installed here
        self.assertEqual(said, [])
        judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], capture_output=True,
                                text=True).stdout
        exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", judged).group(1))
        self.assertLessEqual(exposure, 1.5)

    def test_what_it_starts_exists(self):
        text = (DEPLOY / "systemd/container-kit-monitoring.service").read_text()
        for script in re.findall(r"\$CHECKOUT/(\S+\.sh)", text):
            self.assertTrue((stack.ROOT / script).is_file(), script)


if __name__ == "__main__":
    unittest.main()
