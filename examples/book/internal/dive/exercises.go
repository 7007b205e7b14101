package dive

import "descent/examples/book/internal/page"

// The exercises of 11.1 to 11.5, in our words, with answers where the experiments
// that compute them do not say it all.
var (
	challengeExercises = []page.Exercise{
		{Number: 1, Text: "A network with one hidden layer of d units has a local minimum. Show that there are at least d! equivalent ones.", Answer: "Exchange the hidden units together with their weights: the sum over the units stays the same. A minimum with d different units has d! such copies."},
		{Number: 2, Text: "The entries of a symmetric random matrix have distributions symmetric about 0. Show that a positive and a negative eigenvalue are equally probable. Why is that probability not one half?", Answer: "M and −M have the same distribution, and the eigenvalues of −M are those of M with the other sign. An eigenvalue may be 0 with a positive probability."},
		{Number: 3, Text: "What other challenges are there in optimization for deep learning?", Answer: "Ravines: a rate that suits the steep direction is too small for the flat one (`11.6.ravine`). Minibatch noise, which a constant rate never averages out (`11.4.noise`). Coordinates of different scale or frequency (`11.7.sparse`). Exploding gradients, where the next step leaves the region in which the gradient is meaningful (`11.2.projections` clips them). Initial weights with which units are dead or identical (`11.11.constant`). And the goal itself: the loss on the training data is not the loss to minimize (`11.1.risk`)."},
		{Number: 4, Text: "Why is it hard to balance a ball on a saddle, and how can an optimizer use that?", Answer: "The smallest push along the falling direction grows by a constant factor in every step. So a little noise is enough to leave a saddle."},
	}
	convexityExercises = []page.Exercise{
		{Number: 1, Text: "To verify that a set is convex, is it enough to check the segments between points of its boundary? Between its vertices?", Answer: "Points of the boundary are enough: a segment that leaves a closed set does so through two points of the boundary, and the segment between these is outside. Vertices are enough only for polygons: see the erratum."},
		{Number: 2, Text: "Show that the balls of the p-norms are convex for p ≥ 1.", Answer: "‖tx + (1−t)y‖ ≤ t‖x‖ + (1−t)‖y‖ ≤ r, by the triangle inequality, which is Minkowski's for p ≥ 1."},
		{Number: 3, Text: "Show that the maximum of two convex functions is convex, and that their minimum is not.", Answer: "On a segment, each function is below its chord, and so below the chord of the maximum. The minimum can be either."},
		{Number: 4, Text: "Show that log Σ exp(xᵢ) is convex.", Answer: "Its Hessian diag(q) − qqᵀ, with q the softmax, has vᵀHv = Σqᵢvᵢ² − (Σqᵢvᵢ)², a variance."},
		{Number: 5, Text: "Show that {x | Wx = b} is convex.", Answer: "W(tx + (1−t)y) = tb + (1−t)b = b."},
		{Number: 6, Text: "For b = 0, show that the projection onto this set is Mx for some matrix M.", Answer: "M = I − Wᵀ(WWᵀ)⁻¹W: WM = 0, and x − Mx is perpendicular to the set."},
		{Number: 7, Text: "Show that f(x + ε) = f(x) + εf′(x) + ½ε²f″(x + ξ) for some ξ in [0, ε].", Answer: "This is Taylor's formula with Lagrange's remainder; convexity is not needed."},
		{Number: 8, Text: "Compute the projection of a vector onto the unit ball of the ℓ₁ norm by means of a penalty. Can the right λ be found without trial and error?", Answer: "Yes: sort |wᵢ|. The norm of the solution falls piecewise linearly with λ, with corners at 2|wᵢ|."},
		{Number: 9, Text: "Show that projections onto a convex set never increase distances.", Answer: "With p and q the projections of x and y, ⟨x − p, q − p⟩ ≤ 0 and ⟨y − q, p − q⟩ ≤ 0. Their sum is ‖p − q‖² ≤ ⟨x − y, p − q⟩ ≤ ‖x − y‖‖p − q‖."},
	}
	descentExercises = []page.Exercise{
		{Number: 1, Text: "Try other rates and other functions."},
		{Number: 2, Text: "Minimize a convex function in an interval by a binary search. Does it need derivatives? How fast does it converge? Apply it to log(eˣ + e⁻²ˣ⁻³).", Answer: "One derivative or two values per step; the error falls by ½ or by 0.618."},
		{Number: 3, Text: "Find a function of two variables on which descent is exceedingly slow."},
		{Number: 4, Text: "Precondition with the diagonal of the Hessian, and with its absolute values; apply it to that function."},
		{Number: 5, Text: "Apply it to several functions, convex or not. What changes if the coordinates are rotated by 45 degrees?"},
	}
	stochasticExercises = []page.Exercise{
		{Number: 1, Text: "Try other schedules and numbers of steps, and plot the distance from the optimum against the number of steps."},
		{Number: 2, Text: "Show that normal noise on the gradient of x₁² + 2x₂² is the same as normal data in a quadratic loss. What are the mean and variance of the data? Does this hold for every quadratic function?"},
		{Number: 3, Text: "Compare the convergence of SGD with and without replacement."},
		{Number: 4, Text: "How would you change SGD if one coordinate of the gradient were always much larger than the others?", Answer: "Give each coordinate its own rate: a fixed one if the scale is known, or that of Adagrad or RMSProp, which divide by the size of the past gradients. A smaller rate for all makes the others slow, and clipping the norm shortens all of them."},
		{Number: 5, Text: "How many local minima has x²(1 + sin x)? Change it so that all of them have to be evaluated to find the global one."},
	}
	minibatchExercises = []page.Exercise{
		{Number: 1, Text: "Change the batch size and the rate, and watch the loss and the time of an epoch."},
		{Number: 2, Text: "Reduce the rate to a tenth after each epoch, with `set_learning_rate`.", Answer: "Here a schedule is a function of the update: `lrsched.ByEpoch`. A rate that is set during training is a custom schedule that a hook changes: four lines."},
		{Number: 3, Text: "Compare minibatches drawn with and without replacement."},
		{Number: 4, Text: "Every example occurs twice in the data, unknown to you. What changes for SGD, minibatch SGD and gradient descent?", Answer: "With SGD and minibatch SGD, an epoch has twice as many steps and is worth two epochs. Gradient descent makes the same steps at twice the cost."},
	}
)
