// check_manifests reads the manifests of each folder that it is given as Kubernetes itself does: strictly into the
// API's own types, pods against the restricted pod security standard, and the whole folder through kustomize.
// It prints a line a fault and ends with 1 where there is one.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	psa "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var decoder = serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

func podFaults(object runtime.Object) (faults []string) {
	deployment, ok := object.(*appsv1.Deployment)
	if !ok {
		return nil
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		return []string{err.Error()}
	}
	restricted := psa.LevelVersion{Level: psa.LevelRestricted, Version: psa.LatestVersion()}
	template := &deployment.Spec.Template
	for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			faults = append(faults, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return faults
}

func documentFaults(document []byte) []string {
	object, _, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return []string{err.Error()}
	}
	return podFaults(object)
}

func folderFaults(folder string) (faults []string, count int) {
	files, _ := filepath.Glob(filepath.Join(folder, "*.yaml"))
	for _, file := range files {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		document, err := os.ReadFile(file)
		if err != nil {
			return []string{err.Error()}, count
		}
		for _, fault := range documentFaults(document) {
			faults = append(faults, file+": "+fault)
		}
		count++
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return append(faults, folder+": kustomize: "+err.Error()), count
	}
	if built.Size() != count {
		faults = append(faults, fmt.Sprintf("%s: kustomize makes %d objects of %d files", folder, built.Size(), count))
	}
	for _, resource := range built.Resources() {
		document, err := resource.AsYAML()
		if err != nil {
			return append(faults, folder+": "+err.Error()), count
		}
		for _, fault := range documentFaults(document) {
			faults = append(faults, folder+": after kustomize: "+fault)
		}
	}
	return faults, count
}

func main() {
	failed := false
	for _, folder := range os.Args[1:] {
		faults, count := folderFaults(folder)
		failed = failed || len(faults) > 0 || count == 0
		for _, fault := range faults {
			fmt.Println(fault)
		}
		fmt.Printf("%s: %d objects, %d faults\n", folder, count, len(faults))
	}
	if failed {
		os.Exit(1)
	}
}
