package optimizers

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bitsTable has hashes of what the rules did when each was a plain loop: a line
// for each conforming rule, with its place in its entry.
//
//go:embed testdata/bits.txt
var bitsTable string

// TestBits holds that rules have the bits of their plain loops, in both
// precisions. Where the compiler fuses products and sums, as on arm64, there are others.
func TestBits(t *testing.T) {
	want := map[string]string{}
	for line := range strings.Lines(bitsTable) {
		name, hash, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[name] = hash
	}
	for _, entry := range rules {
		for i, rule := range entry.conforming {
			name := fmt.Sprintf("%s/%d", entry.name, i)
			hash, ok := want[name]
			if !ok {
				continue
			}
			delete(want, name)
			assert.Equal(t, hash, fmt.Sprintf("%016x %016x", bitsOf[float32](t, rule), bitsOf[float64](t, rule)), "%s%+v", entry.name, rule)
		}
	}
	assert.Empty(t, want, "hashes without a rule")
}

// bitsOf is a hash of parameters and state after some steps.
func bitsOf[T Float](t *testing.T, rule Rule) uint64 {
	params := []Param[T]{param[T]("a", 13, 17), param[T]("b", 4, 5, 5), param[T]("c", 32, 2)}
	o := bind(t, rule, params)
	state := uint64(1)
	for step := range 9 {
		for _, p := range params {
			for i := range p.Grad {
				state = state*6364136223846793005 + 1442695040888963407
				p.Grad[i] = T(float64(int64(state)>>40)/(1<<23)) * T(1+i%5)
			}
		}
		require.NoError(t, o.Step(.1/float64(step+1)))
	}
	h := fnv.New64a()
	write := func(x []T) {
		for _, v := range x {
			require.NoError(t, binary.Write(h, binary.LittleEndian, v))
		}
	}
	for _, p := range params {
		write(p.Value)
	}
	for _, s := range o.State().Slots {
		write(s.Values)
	}
	o.Swap()
	for _, p := range params {
		write(p.Value)
	}
	return h.Sum64()
}
