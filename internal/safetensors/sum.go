package safetensors

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
)

// sumKey is the metadata entry that Encode adds: the CRC-32C, in hexadecimal, of
// everything else that a loader uses. It finds damage, not malice: every changed
// bit, and other damage with a probability of 1 − 2⁻³². Processors have an
// instruction for it, so that computing it before the header is written hardly
// delays the data; a SHA-256 takes as long as a fast disk. It covers the lines
//
//	the number of metadata entries without this one
//	"key" "value" of each, in order of the keys
//	"name" type shape begin of each tensor, in order of the names
//
// with strings quoted as by Go and begin counted in the data, and then the data.
const sumKey = "descent.crc32c"

// newSum returns a hash of everything but the data.
func newSum(entries []entry, metadata map[string]string) hash.Hash {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
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

// ours reports whether the metadata has a key that this module writes only together with
// a sum. If there is no sum, its key is damaged. Older files have another sum, which is
// not checked.
func ours(metadata map[string]string) bool {
	for k := range metadata {
		if strings.HasPrefix(k, "descent.") && k != "descent.sha256" {
			return true
		}
	}
	return false
}
