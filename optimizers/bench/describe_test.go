package bench

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
)

// named is a rule that writes itself, and pointed one with a pointer.
type named struct {
	optimizers.SGD
	Extra float32
}

func (named) String() string { return "named" }

type pointed struct {
	optimizers.SGD
	Parts *[2]int
}

type opaque struct {
	optimizers.SGD
	Of func()
}

func TestDescribe(t *testing.T) {
	for want, s := range map[string]Setup{
		"optimizers.SGD{Momentum:0.9 Dampening:0 Nesterov:false WeightDecay:0}":                       {Rule: optimizers.SGD{Momentum: .9}},
		"bench.named{SGD:{Momentum:0 Dampening:0 Nesterov:false WeightDecay:0} Extra:0.5}":            {Rule: named{Extra: .5}},
		"bench.pointed{SGD:{Momentum:0 Dampening:0 Nesterov:false WeightDecay:0} Parts:&[2]int[1 2]}": {Rule: pointed{Parts: &[2]int{1, 2}}},
		"bench.pointed{SGD:{Momentum:0 Dampening:0 Nesterov:false WeightDecay:0} Parts:&nil}":         {Rule: pointed{}},
		"optimizers.Lookahead{Rule:optimizers.RAdam{Beta1:0.9 Beta2:0.999 Eps:1e-08 WeightDecay:0} Steps:5 Alpha:0.5}": {Rule: optimizers.Lookahead{
			Rule: optimizers.DefaultRAdam(), Steps: 5, Alpha: .5,
		}},
	} {
		got, err := s.describe()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	group := Setup{Rule: optimizers.SGD{}, Groups: []optimizers.Group{{Names: []string{"a", "b"}, Rule: optimizers.DefaultLion()}}}
	got, err := group.describe()
	require.NoError(t, err)
	assert.Equal(t, `optimizers.SGD{Momentum:0 Dampening:0 Nesterov:false WeightDecay:0} optimizers.Group{Names:["a" "b"] Vectors:false Optional:false `+
		`Rule:optimizers.Lion{Beta1:0.9 Beta2:0.99 WeightDecay:0} LRScale:0 DecayScale:0 NoDecay:false}`, got)

	_, err = Setup{Rule: opaque{}}.describe()
	assert.EqualError(t, err, "a field of type func(): want only numbers, strings, structs and lists")
	p := plan()
	p.Optimizers[0].Make = func([]float64) Setup { return Setup{Rule: opaque{}} }
	assert.ErrorContains(t, p.Validate(), "bench: Plan: optimizer a: for lr = [")
}

// nanny is a workload whose metric is soon not a number.
type nanny struct{ bowl }

func (n *nanny) Run(ctx context.Context, r Run) (Curve, error) {
	c, err := n.bowl.Run(ctx, r)
	if err == nil {
		c.Points[2].Metric = math.NaN()
	}
	return c, err
}

// A workload that does not look for divergence stops no grid.
func TestNotANumber(t *testing.T) {
	p := plan()
	p.Workloads = []Workload{&nanny{bowl{name: "one"}}}
	r, err := Runner{Plan: p, File: filepath.Join(t.TempDir(), "r")}.Run(t.Context())
	require.NoError(t, err)
	for _, v := range r.Records {
		assert.True(t, v.Diverged)
		assert.Len(t, v.Points, 2)
	}
}

// A number that is not finite ends a curve.
func TestFinite(t *testing.T) {
	whole := Curve{Points: []Point{{Metric: 1}, {Step: 1, Metric: 2}, {Step: 2, Metric: 3}}}
	assert.Equal(t, whole, whole.finite())
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, spoil := range []func(p *Point){func(p *Point) { p.Metric = v }, func(p *Point) { p.Loss = v }, func(p *Point) { p.Epoch = v }} {
			c := Curve{Points: append([]Point(nil), whole.Points...)}
			spoil(&c.Points[1])
			assert.Equal(t, Curve{Points: whole.Points[:1], Diverged: true}, c.finite())
		}
	}
}

// Numbers that no file can hold are found before the first run.
func TestInfoNotFinite(t *testing.T) {
	p := plan()
	p.Workloads = []Workload{&aimless{bowl{name: "one"}}}
	_, err := Runner{Plan: p, File: filepath.Join(t.TempDir(), "r")}.Run(t.Context())
	assert.EqualError(t, err, "bench: workload one: target NaN: want a finite number")
	assert.Zero(t, p.Workloads[0].(*aimless).runs.Load())
}

type aimless struct{ bowl }

func (a *aimless) Info() Info {
	i := a.bowl.Info()
	i.Target = math.NaN()
	return i
}
