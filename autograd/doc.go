// Package autograd differentiates expressions on Gorgonia's computation graphs.
//
// [Var] is an algebra of expressions whose derivatives are expressions again;
// [Gradient], [Hessian] and [CheckGradient] differentiate functions of a vector
// that are written in it. [Grad] is reverse-mode differentiation that may be
// applied to its own results, and [Machine] runs a graph in the caller's
// goroutine without garbage.
//
// Package lanes provides the operations of neural networks, and package solver the
// optimizers for Gorgonia programs.
package autograd
