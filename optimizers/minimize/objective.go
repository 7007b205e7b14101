package minimize

// Objective returns the value of a function at x and, if grad is not nil,
// fills grad, which is as long as x, with its gradient. It must not change x
// or keep either slice.
//
// The Evaluate method of an Objective of package autograd is one.
type Objective func(x, grad []float64) (float64, error)

// Hessian returns the matrix of second derivatives at x, row by row. If the two
// halves of the matrix differ, for example by rounding, their mean is used.
//
// The Hessian method of an Objective of package autograd is one.
type Hessian func(x []float64) ([][]float64, error)
