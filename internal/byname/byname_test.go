package byname

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
	"descent/optimizers"
)

func TestRules(t *testing.T) {
	for _, name := range Rules() {
		n, err := Rule(name, "")
		require.NoError(t, err, name)
		assert.Positive(t, n.Rate)
		w := []optimizers.Param[float32]{
			{Name: "0.weight", Shape: []int{2, 2}, Value: make([]float32, 4), Grad: make([]float32, 4)},
			{Name: "0.bias", Shape: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)},
		}
		_, err = optimizers.New(n.Rule, w, optimizers.Config{Groups: n.Groups})
		assert.NoError(t, err, name)
	}
	assert.True(t, slices.Contains(Rules(), "schedulefree-adamw"))
}

func TestSet(t *testing.T) {
	n, err := Rule("adam", "beta1=0.8,eps=1e-6,amsgrad=true,weight_decay=.1")
	require.NoError(t, err)
	assert.Equal(t, optimizers.Adam{Beta1: .8, Beta2: .999, Eps: 1e-6, AMSGrad: true, WeightDecay: .1}, n.Rule)
	again, err := Rule("adam", "")
	require.NoError(t, err)
	assert.Equal(t, optimizers.DefaultAdam(), again.Rule, "the table is left as it was")

	inner := optimizers.DefaultAdamW()
	inner.Beta1 = .5
	n, err = Rule("lookahead", "steps=3,rule.beta1=.5")
	require.NoError(t, err)
	assert.Equal(t, optimizers.Lookahead{Rule: inner, Steps: 3, Alpha: .5}, n.Rule)
	assert.Equal(t, .5, Settings(n.Rule)["rule.beta1"])
	again, err = Rule("lookahead", "")
	require.NoError(t, err)
	assert.Equal(t, optimizers.DefaultAdamW(), again.Rule.(optimizers.Lookahead).Rule)

	for _, name := range []string{"rmsprop", "adadelta"} {
		_, err := Rule(name, "rho=.5")
		assert.NoError(t, err)
	}
	for _, c := range []struct{ rule, set, want string }{
		{"adam", "bet1=.8", "bet1: rule adam has no such field: want one of beta1, beta2, eps, weight_decay, amsgrad, eps_hat"},
		{"swa", "rule.beta1=.5", "rule.beta1: rule swa has no such field: want one of rule.momentum, rule.dampening, rule.nesterov, rule.weight_decay, start, every"},
		{"adam", "rule.beta1=.5", "rule.beta1: rule adam has no such field: want one of beta1, "},
		{"adam", "beta1", `"beta1": want name=value`},
		{"adam", "beta1=x", "beta1=x: want a number"},
		{"adam", "amsgrad=2", "amsgrad=2: want true or false"},
		{"muon", "steps=1.5", "steps=1.5: want a whole number"},
		{"adam", "beta1=1", "optimizers: Adam: Beta1 = 1: want [0, 1)"},
		{"adam", "beta1=NaN", "optimizers: Adam: Beta1 = NaN: want [0, 1)"},
		{"adma", "", `"adma": want one of sgd, momentum, `},
	} {
		_, err := Rule(c.rule, c.set)
		assert.ErrorContains(t, err, c.want, "%+v", c)
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"Beta1": "beta1", "WeightDecay": "weight_decay", "AMSGrad": "amsgrad", "Eps": "eps", "EpsInside": "eps_inside",
		"LRDecay": "lr_decay", "From": "from", "StepMin": "step_min",
	} {
		assert.Equal(t, want, Snake(name))
	}
}

// Every schedule begins or peaks at the rate, and passes its own check.
func TestSchedules(t *testing.T) {
	for _, name := range Schedules() {
		for _, updates := range []int{1, 2, 3, 10, 2350} {
			for _, set := range []string{"", "warmup=1", "warmup=1,warmup_begin=.001,warmup_constant=true"} {
				s, err := Schedule(name, .1, updates, set)
				require.NoError(t, err)
				require.NoError(t, lrsched.Check(s, updates), "%s %d %s", name, updates, set)
				if updates < 2000 || set != "" {
					continue
				}
				peak := 0.0
				for i := range updates {
					peak = max(peak, s.At(i))
				}
				assert.InEpsilon(t, .1, peak, 1e-3, name)
			}
		}
	}
	s, err := Schedule("multi-factor", .1, 100, "milestones=10:20:30,factor=.5")
	require.NoError(t, err)
	assert.Equal(t, lrsched.MultiFactor{Base: .1, Factor: .5, Milestones: []int{10, 20, 30}}, s)
	s, err = Schedule("cosine", .1, 100, "warmup=10,final=0")
	require.NoError(t, err)
	assert.Equal(t, lrsched.Warmup{Steps: 10, Then: lrsched.Cosine{Base: .1, From: 10, To: 100}}, s)
	s, err = Schedule("cyclic", .1, 100, "mode=exp_range,gamma=.99")
	require.NoError(t, err)
	assert.Equal(t, lrsched.ExpRange, s.(lrsched.Cyclic).Mode)
	for _, c := range []struct{ name, set, want string }{
		{"cosin", "", `"cosin": want one of constant, square-root`},
		{"constant", "final=1", "final: schedule constant has no fields to set"},
		{"cosine", "fnal=1", "fnal: schedule cosine has no such field: want one of base, final, from, to"},
		{"cyclic", "mode=square", `mode=square: "square": want one of ["triangular" "triangular2" "exp_range"]`},
		{"multi-factor", "milestones=1;2", "milestones=1;2: want whole numbers separated by colons"},
		{"cosine", "warmup=x", "warmup=x: want a whole number"},
	} {
		_, err := Schedule(c.name, .1, 100, c.set)
		assert.ErrorContains(t, err, c.want)
	}
	assert.Equal(t, []string{"base", "gamma", "warmup", "warmup_begin", "warmup_constant"}, ScheduleFields("exponential"))
	assert.Nil(t, ScheduleFields("x"))
}
