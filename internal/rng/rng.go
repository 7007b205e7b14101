// Package rng derives independent random streams from one seed.
//
// Every use of randomness has its own stream, named by labels, so that results do not
// depend on the order of draws from different streams.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// New returns the stream of the seed and the labels: ChaCha8 keyed by the
// SHA-256 sum of both. Equal arguments give equal streams.
func New(seed uint64, labels ...string) *rand.Rand {
	return rand.New(rand.NewChaCha8(digest(seed, labels)))
}

// Key returns 64 bits that depend on the seed and every label, to key a
// counter-based generator.
func Key(seed uint64, labels ...string) uint64 {
	d := digest(seed, labels)
	return binary.LittleEndian.Uint64(d[:8])
}

// Mix returns number n, counted from 1, of the SplitMix64 sequence of a key
// (Steele, Lea and Flood 2014): unrelated bits for each n, without state.
func Mix(key, n uint64) uint64 {
	z := key + n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// digest hashes the labels with their lengths, so that ("ab", "c") and
// ("a", "bc") differ.
func digest(seed uint64, labels []string) [32]byte {
	b := binary.LittleEndian.AppendUint64(nil, seed)
	for _, l := range labels {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(l)))
		b = append(b, l...)
	}
	return sha256.Sum256(b)
}
