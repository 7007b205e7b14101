package safetensors

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
)

// sumKey is the metadata entry that Encode adds: the SHA-256, in hexadecimal, of
// everything else that a loader uses. It covers the lines
//
//	the number of metadata entries without this one
//	"key" "value" of each, in order of the keys
//	"name" type shape begin of each tensor, in order of the names
//
// with strings quoted as by Go and begin counted in the data, and then the data.
const sumKey = "descent.sha256"

// newSum returns a hash of everything but the data.
func newSum(entries []entry, metadata map[string]string) hash.Hash {
	h := sha256.New()
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(metadata)), func(k string) bool { return k == sumKey })
	fmt.Fprintln(h, len(keys))
	for _, k := range keys {
		fmt.Fprintf(h, "%q %q\n", k, metadata[k])
	}
	byName := slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	for _, e := range byName {
		fmt.Fprintf(h, "%q %s %v %d\n", e.name, e.dtype, e.shape, e.begin)
	}
	return h
}

// hexSum returns the value for the metadata.
func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
