package lanes

import (
	"fmt"

	"descent/internal/kernel"
	"descent/internal/parallel"
	"descent/internal/prefix"
)

// ISA names the instruction set that the operations compute with.
type ISA = kernel.ISA

// The instruction sets. ISAAuto is the best that the machine supports.
const (
	ISAAuto   = kernel.Auto
	ISAGo     = kernel.Go
	ISAAVX2   = kernel.AVX2
	ISAAVX512 = kernel.AVX512
)

// ParseISA returns the instruction set with the given name: auto, go, avx2 or avx512.
func ParseISA(name string) (ISA, error) {
	i, err := kernel.ParseISA(name)
	return i, prefix.Error("lanes", err)
}

// SkipZeros says when the backward pass of a convolution with max pooling skips
// zero gradients. Skipping changes the order of additions: the gradients of
// SkipAuto, SkipNever and SkipAlways differ by rounding, and so do the weights
// trained with them.
type SkipZeros = kernel.SkipZeros

// When to skip zeros. SkipAuto skips them where that is faster; it decides this for
// every sixteen images from the number of nonzero gradients.
const (
	SkipAuto   = kernel.SkipAuto
	SkipNever  = kernel.SkipNever
	SkipAlways = kernel.SkipAlways
)

// ParseSkipZeros returns the value with the given name: auto, never or always.
func ParseSkipZeros(name string) (SkipZeros, error) {
	s, err := kernel.ParseSkipZeros(name)
	return s, prefix.Error("lanes", err)
}

// EngineConfig holds the settings of an [Engine].
type EngineConfig struct {
	Threads   int       // goroutines that share the work, including the caller's, at most MaxThreads; if zero, GOMAXPROCS
	ISA       ISA       // if zero, the best that the machine supports
	SkipZeros SkipZeros // if zero, zeros are skipped where that is faster; gradients differ by rounding

	// NoWinograd turns off Winograd's algorithm F(2×2, 3×3), which otherwise computes
	// 3×3 convolutions with stride and padding 1, without a pool, and with 32 channels or
	// more, in graphs that train. It needs 16 products where the definition needs 36;
	// results differ by rounding.
	NoWinograd bool

	// Check makes a run fail if an operation writes outside its output or a gradient,
	// or does not fill a gradient completely. It is for tests of operations: memory and
	// time about double.
	Check bool
}

// Engine runs the computations: it owns the worker goroutines and knows the
// instruction set. Sessions may share an engine; they then take turns. Results do not
// depend on the number of threads. The workers stop at [Engine.Close], or some time
// after the last use of an engine that was not closed.
type Engine struct {
	workers *parallel.Workers
	cfg     EngineConfig
}

// MaxThreads limits the memory that a mistyped number of threads can cost: each
// thread has its own scratch memory in every convolution.
const MaxThreads = 1024

// NewEngine starts the workers of an engine. It returns an error if the number of
// threads is out of range or if this machine or this build does not support the
// instruction set.
func NewEngine(cfg EngineConfig) (*Engine, error) {
	if cfg.Threads < 0 {
		return nil, fmt.Errorf("lanes: Threads = %d: want 0 (all processors) or more", cfg.Threads)
	}
	if cfg.Threads > MaxThreads {
		return nil, fmt.Errorf("lanes: Threads = %d: want at most %d", cfg.Threads, MaxThreads)
	}
	if err := cfg.ISA.Available(); err != nil {
		return nil, prefix.Error("lanes", err)
	}
	if err := cfg.SkipZeros.Valid(); err != nil {
		return nil, prefix.Error("lanes", err)
	}
	return &Engine{parallel.New(cfg.Threads), cfg}, nil
}

// Threads returns the number of goroutines that share the work.
func (e *Engine) Threads() int {
	if e == nil || e.workers == nil {
		return 0
	}
	return e.workers.Threads()
}

// Run calls f(i, worker) for every i in [0, n), on the engine's workers, and
// returns when all calls have returned; worker is in [0, Threads()), and no two
// calls with the same worker overlap. f must not call Run or run a session of the
// engine. If f is nil, Run does nothing.
func (e *Engine) Run(n int, f func(i, worker int)) {
	switch {
	case f == nil:
	case e != nil && e.workers != nil:
		e.workers.Run(n, f)
	default:
		for i := range n {
			f(i, 0)
		}
	}
}

// Close stops the workers. Sessions of a closed engine still run, but only in the
// caller's goroutine.
func (e *Engine) Close() {
	if e != nil && e.workers != nil {
		e.workers.Close()
	}
}
