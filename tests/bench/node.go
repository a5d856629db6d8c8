package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// nodeFor22 returns a Node of version 22.5 or newer, which fauxqs requires: the one of
// the machine, or the one that scripts/bench installs if that is too old.
func nodeFor22() string {
	var major, minor int
	version, err := exec.Command("node", "--version").Output()
	if err == nil {
		_, err = fmt.Sscanf(string(version), "v%d.%d", &major, &minor)
	}
	if err == nil && (major > 22 || major == 22 && minor >= 5) {
		return "node"
	}
	if found, _ := filepath.Glob(filepath.Join(tools, "node22/node_modules/node-*/bin/node")); len(found) == 1 {
		return found[0]
	}
	return "Node 22.5"
}
