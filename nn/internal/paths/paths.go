// Package paths finds layers by their paths.
package paths

import "strings"

// Outward returns the path of the layer that one at a path calls to: as seen from the
// layer that holds it, or if nothing is there from the one that holds that, and so on
// to the network itself.
func Outward(path, to string, there func(path string) bool) (found string, ok bool) {
	for path != "" {
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
		if found = strings.TrimPrefix(path+"."+to, "."); there(found) {
			return found, true
		}
	}
	return "", false
}
