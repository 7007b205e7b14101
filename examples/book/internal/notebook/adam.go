package notebook

import (
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

// notebookAdam is a custom rule, Adam as the notebook prints it: m is not corrected,
// and v is divided by 1 + β2ᵗ. Slots: "m" and "v".
type notebookAdam struct {
	Beta1, Beta2, Eps float64
}

var _ optimizers.Rule = notebookAdam{}

func (r notebookAdam) Validate() error {
	return optimizers.Adam{Beta1: r.Beta1, Beta2: r.Beta2, Eps: r.Eps}.Validate()
}

func (notebookAdam) Slots() []string { return []string{"m", "v"} }

func (r notebookAdam) Update32(u optimizers.Update[float32]) { updateNotebookAdam(r, u) }

func (r notebookAdam) Update64(u optimizers.Update[float64]) { updateNotebookAdam(r, u) }

func updateNotebookAdam[T optimizers.Float](r notebookAdam, u optimizers.Update[T]) {
	lr, beta1, beta2, eps := T(u.LR), T(r.Beta1), T(r.Beta2), T(r.Eps)
	correction := T(1 + math.Pow(r.Beta2, float64(u.Step)))
	m, v := u.Slots[0], u.Slots[1]
	for i, g := range u.Grad {
		m[i] = beta1*m[i] + (1-beta1)*g
		v[i] = beta2*v[i] + (1-beta2)*g*g
		u.Value[i] -= lr * m[i] / (eps + T(math.Sqrt(float64(v[i]/correction))))
	}
}

func notebookAdamRun(p *page.Page) error {
	const steps, alpha, eps = 10, 0.1, 1e-8
	p.Say("Adam with β₁ = β₂ = 0.9. The printed `gd2_adam` computes the average m and its correction, but then uses the uncorrected m and divides by 1 + βᵗ, so there is no bias correction. The printed form is a 20-line rule in this example; the corrected form is `optimizers.Adam`.")
	printed, err := paths.Descend(p.Ctx, steep, steepStart, steps, notebookAdam{notebookBeta, notebookBeta, eps}, alpha)
	if err != nil {
		return err
	}
	corrected, err := paths.Descend(p.Ctx, steep, steepStart, steps, optimizers.Adam{Beta1: notebookBeta, Beta2: notebookBeta, Eps: eps}, alpha)
	if err != nil {
		return err
	}
	left, err := steepPanel("Adam, as printed", printed)
	if err != nil {
		return err
	}
	right, err := steepPanel("Adam, corrected", corrected)
	if err != nil {
		return err
	}
	p.Figure("paths", "Adam, α = 0.1, β₁ = β₂ = 0.9, 10 steps", figure.Figure{Panels: []figure.Panel{left, right}})

	loop := func(asPrinted bool) []float64 {
		m, v := []float64{0, 0}, []float64{0, 0}
		return gd2(steps, func(g []float64, t int) []float64 {
			dx, power := make([]float64, 2), math.Pow(notebookBeta, float64(t))
			for i := range m {
				m[i] = notebookBeta*m[i] + (1-notebookBeta)*g[i]
				v[i] = notebookBeta*v[i] + (1-notebookBeta)*g[i]*g[i]
				dx[i] = -alpha * m[i] / (1 - power) / (eps + math.Sqrt(v[i]/(1-power)))
				if asPrinted {
					dx[i] = -alpha * m[i] / (eps + math.Sqrt(v[i]/(1+power)))
				}
			}
			return dx
		})
	}
	p.Check("x after 10 steps of the printed gd2_adam (expected), and of our rule of that form (computed)", loop(true), paths.End(printed))
	p.Check("x after 10 steps of gd2_adam with corrections (expected), and of optimizers.Adam (computed)", loop(false), paths.End(corrected))
	first := func(x []float64) float64 { return 1 + x[0] }
	p.Erratum("length of the first step along x₀", page.Num(first(printed.Points[1])), page.Num(first(corrected.Points[1])),
		math.Abs(first(corrected.Points[1])-alpha) < 1e-8 && first(printed.Points[1]) < 0.5*alpha,
		page.Slip{
			Place: "gd2_adam, cell 26", Quote: "x = x - alpha * m / (eps + np.sqrt(vc))",
			Right: "mc in place of m, with mc = m/(1−beta1**(i+1)) and vc = v/(1−beta2**(i+1))",
			Why:   "The corrected m is computed and not used, and both corrections have the wrong sign. With the right ones the first step has the length α, whatever the gradient.",
		})

	rmsprop, err := paths.Descend(p.Ctx, steep, steepStart, steps, optimizers.RMSProp{Rho: notebookBeta, Eps: eps}, alpha)
	if err != nil {
		return err
	}
	p.Erratum("x after 10 steps: of RMSprop, as in the figure's title (document), and of the printed Adam, as in the figure (right)", paths.End(rmsprop), paths.End(printed),
		paths.Farthest(paths.End(rmsprop), paths.End(printed)) > 0.01, page.Slip{
			Place: "Cell 28, the title of the figure", Quote: "Gradient descent with RMSprop",
			Right: "Gradient descent with ADAM",
			Why:   "The cell draws the path of gd2_adam.",
		})
	return nil
}
