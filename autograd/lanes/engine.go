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
func ParseISA(name string) (ISA, error) { return kernel.ParseISA(name) }

// Sparse says when the backward pass of a convolution with max pooling goes
// through lists of the live gradients. That adds in another order: the gradients
// of SparseAuto, SparseNever and SparseAlways differ by rounding, and so does
// what is trained with them.
type Sparse = kernel.Sparse

// When to use the sparse pass. SparseAuto is where it pays, found anew for
// every sixteen images from the number of live gradients.
const (
	SparseAuto   = kernel.SparseAuto
	SparseNever  = kernel.SparseNever
	SparseAlways = kernel.SparseAlways
)

// ParseSparse returns what goes by a name: auto, never or always.
func ParseSparse(name string) (Sparse, error) { return kernel.ParseSparse(name) }

// EngineConfig says what an [Engine] computes with.
type EngineConfig struct {
	Threads int    // goroutines that share the work, the caller's included, at most 1024; if zero, GOMAXPROCS
	ISA     ISA    // if zero, the best that the machine has
	Sparse  Sparse // if zero, the sparse backward pass is used where it pays; gradients differ by rounding

	// Check makes every operation's run an error that writes beside its output
	// or a gradient, or leaves a gradient unfilled. It is for tests of operations:
	// memory and time about double.
	Check bool
}

// Engine computes: it owns the worker goroutines, and knows the instruction
// set. Sessions may share one; they then take turns. Results do not depend on
// the number of threads.
type Engine struct {
	pool   *parallel.Pool
	isa    ISA
	sparse Sparse
	check  bool
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
	if err := cfg.Sparse.Valid(); err != nil {
		return nil, prefix.Error("lanes", err)
	}
	return &Engine{pool: parallel.New(cfg.Threads), isa: cfg.ISA, sparse: cfg.Sparse, check: cfg.Check}, nil
}

// Threads returns the number of goroutines that share the work.
func (e *Engine) Threads() int {
	if e == nil || e.pool == nil {
		return 0
	}
	return e.pool.Threads()
}

// Close ends the workers. Sessions of a closed engine still run, in the
// caller's goroutine alone.
func (e *Engine) Close() {
	if e != nil && e.pool != nil {
		e.pool.Close()
	}
}
