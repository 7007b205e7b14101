// Package memory multiplies sizes without overflow and limits allocations.
package memory

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"os"
	"strconv"
	"sync"
)

// Product returns the product of sizes. It returns false if a size is negative or
// the product overflows an int.
func Product(sizes ...int) (int, bool) {
	n := uint(1)
	for _, s := range sizes {
		if s < 0 {
			return 0, false
		}
		hi, lo := bits.Mul(n, uint(s))
		if hi != 0 || lo > math.MaxInt {
			return 0, false
		}
		n = lo
	}
	return int(n), true
}

// ErrLimit is wrapped by the errors of [Budget.Take].
var ErrLimit = errors.New("MaxBytes")

// Budget counts bytes up to a limit.
type Budget struct{ Limit, Used int64 }

// Take counts a tensor with elements of the given size in bytes. If it exceeds the
// limit, Take returns an error with the shape, the size and the limit, and does not
// count it.
func (b *Budget) Take(bytes int, shape ...int) error {
	n, ok := Product(append([]int{bytes}, shape...)...)
	if ok && int64(n) <= b.Limit-b.Used {
		b.Used += int64(n)
		return nil
	}
	need := "more bytes than an int can count"
	if ok {
		need = fmt.Sprintf("%d bytes, beside %d in use", n, b.Used)
	}
	return fmt.Errorf("memory of shape %v: %s: want at most %d in all (%w)", shape, need, b.Limit, ErrLimit)
}

// Machine returns the machine's memory in bytes according to /proc/meminfo, or 1 TiB
// if that does not exist.
var Machine = sync.OnceValue(func() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err == nil {
		if kib, ok := total(text); ok {
			return kib << 10
		}
	}
	return 1 << 40
})

// total returns the KiB of a text that starts with "MemTotal:       16384 kB".
func total(text []byte) (int64, bool) {
	fields := bytes.Fields(text)
	if len(fields) < 3 || string(fields[0]) != "MemTotal:" {
		return 0, false
	}
	kib, err := strconv.ParseInt(string(fields[1]), 10, 53)
	return kib, err == nil && kib > 0
}
