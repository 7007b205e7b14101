package dive

import "descent/examples/book/internal/page"

// The exercises of 11.6 to 11.11.
var (
	momentumExercises = []page.Exercise{
		{Number: 1, Text: "Try other combinations of momentum and learning rate."},
		{Number: 2, Text: "Try descent and momentum on ½Σλᵢxᵢ² with λᵢ = 2⁻ⁱ, and plot how the coordinates fall from 1."},
		{Number: 3, Text: "Derive the minimizer and the minimum of ½xᵀQx + xᵀc + b.", Answer: "The gradient Qx + c is zero at −Q⁻¹c, where the value is b − ½cᵀQ⁻¹c."},
		{Number: 4, Text: "What changes if momentum is used with SGD, and with minibatches?", Answer: "The sum also accumulates the noise of the gradients. At the same rate, the steps are 1/(1−β) times as long and the variance about the minimum is 1/(1−β) times as large; at the rate (1−β)η, momentum behaves under noise like SGD with η."},
	}
	adagradExercises = []page.Exercise{
		{Number: 1, Text: "Show that an orthogonal U has ‖c − δ‖ = ‖Uc − Uδ‖. What does it say about perturbations after a change of variables?", Answer: "‖Ud‖² = dᵀUᵀUd = dᵀd. Perturbations of c have the same size in the new variables."},
		{Number: 2, Text: "Try Adagrad in the ravine and in the ravine rotated by 45 degrees."},
		{Number: 3, Text: "Prove Gerschgorin's theorem: every eigenvalue is at most as far from the diagonal element of some row as the sum of the absolute values of the other elements of that row.", Answer: "Take the row of the largest element of the eigenvector; see the text of the experiment."},
		{Number: 4, Text: "What does it say about a matrix that is preconditioned by its diagonal?"},
		{Number: 5, Text: "Try Adagrad on a deep network, on Fashion-MNIST."},
		{Number: 6, Text: "How can Adagrad's rate be made to decay less aggressively?"},
	}
	rmspropExercises = []page.Exercise{
		{Number: 1, Text: "What happens if γ = 1, and why?", Answer: "It explodes: no gradient enters s, which stays 0, and every step is the gradient over √ε."},
		{Number: 2, Text: "Rotate the ravine by 45 degrees. What happens to the convergence?", Answer: "It is much slower: both coordinates have the same curvature, so their rates are the same."},
		{Number: 3, Text: "Try RMSProp on Fashion-MNIST, with several ways to adjust the rate."},
		{Number: 4, Text: "Should γ change during the optimization? How sensitive is RMSProp to it?"},
	}
	adadeltaExercises = []page.Exercise{
		{Number: 1, Text: "Change ρ."},
		{Number: 2, Text: "Implement the algorithm without the vector g′. Why might that be good?"},
		{Number: 3, Text: "Is Adadelta really free of a learning rate? Find a problem that breaks it.", Answer: "No. ε sets the scale of its steps and must fit the scale of x."},
		{Number: 4, Text: "Compare Adadelta with Adagrad and RMSProp."},
	}
	adamExercises = []page.Exercise{
		{Number: 1, Text: "Change the learning rate."},
		{Number: 2, Text: "Rewrite the averages so that they need no correction of bias."},
		{Number: 3, Text: "Why does the rate have to fall as we converge?", Answer: "Adam's steps are as long as the rate, whatever the gradient: with a constant rate the distance from the minimum does not shrink."},
		{Number: 4, Text: "Find a problem on which Adam diverges and Yogi converges."},
	}
	schedulingExercises = []page.Exercise{
		{Number: 1, Text: "Try fixed rates. What is the best model with a fixed rate?"},
		{Number: 2, Text: "How does the convergence depend on the exponent of a polynomial schedule?"},
		{Number: 3, Text: "Apply the cosine schedule to large problems of computer vision such as ImageNet.", LeftOut: "ImageNet has 1.2 million images under a license that does not allow a program to download them, and one run of a network for it takes days on the processors for which this program is made."},
		{Number: 4, Text: "How long should warmup last?"},
		{Number: 5, Text: "Connect optimization and sampling, beginning with stochastic gradient Langevin dynamics."},
	}
)
