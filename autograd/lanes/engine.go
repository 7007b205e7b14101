package lanes

import (
	"fmt"

	"descent/internal/kernel"
	"descent/internal/parallel"
	"descent/internal/prefix"
)

// ISA names the instruction set that the operations compute with.
type ISA = kernel.ISA

// The instruction sets. ISAAuto is the best that the machine has.
const (
	ISAAuto   = kernel.Auto
	ISAGo     = kernel.Go
	ISAAVX2   = kernel.AVX2
	ISAAVX512 = kernel.AVX512
)

// ParseISA returns the instruction set of a name: auto, go, avx2 or avx512.
func ParseISA(name string) (ISA, error) {
	i, err := kernel.ParseISA(name)
	return i, prefix.Error("lanes", err)
}

// SkipZeros says when the backward pass of a convolution with max pooling skips
// the gradients that are zero. It then adds in another order: the gradients of
// SkipAuto, SkipNever and SkipAlways differ by rounding, and so do the weights
// trained with them.
type SkipZeros = kernel.SkipZeros

// When to skip zeros. SkipAuto does where it is faster, which it decides for
// every sixteen images from the number of gradients that are not zero.
const (
	SkipAuto   = kernel.SkipAuto
	SkipNever  = kernel.SkipNever
	SkipAlways = kernel.SkipAlways
)

// ParseSkipZeros returns the value of a name: auto, never or always.
func ParseSkipZeros(name string) (SkipZeros, error) {
	s, err := kernel.ParseSkipZeros(name)
	return s, prefix.Error("lanes", err)
}

// EngineConfig says what an [Engine] computes with.
type EngineConfig struct {
	Threads   int       // goroutines that share the work, the caller's included, at most MaxThreads; if zero, GOMAXPROCS
	ISA       ISA       // if zero, the best that the machine has
	SkipZeros SkipZeros // if zero, zeros are skipped where that is faster; gradients differ by rounding

	// NoWinograd leaves off Winograd's algorithm F(2×2, 3×3), which otherwise computes
	// convolutions of 3×3 with stride and padding 1 and without a pool, of 32 channels or
	// more, in graphs that train. It takes 16 products where the definition takes 36; results
	// differ by rounding.
	NoWinograd bool

	// Check makes every operation's run an error that writes beside its output
	// or a gradient, or leaves a gradient unfilled. It is for tests of operations:
	// memory and time about double.
	Check bool
}

// Engine computes: it owns the worker goroutines, and knows the instruction
// set. Sessions may share one; they then take turns. Results do not depend on
// the number of threads. The workers end at [Engine.Close], or some time after the
// last use of an engine that nobody closed.
type Engine struct {
	workers *parallel.Workers
	cfg     EngineConfig
}

// MaxThreads bounds what a mistyped number of threads can take: each has its
// own scratch memory in every convolution.
const MaxThreads = 1024

// NewEngine starts the workers of an engine. It returns an error for a
// number of threads that is out of range and for an instruction set that this machine or
// this build does not have.
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
// calls with the same worker overlap. f must not call Run, nor run a session of the
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

// Close ends the workers. Sessions of a closed engine still run, in the
// caller's goroutine alone.
func (e *Engine) Close() {
	if e != nil && e.workers != nil {
		e.workers.Close()
	}
}
