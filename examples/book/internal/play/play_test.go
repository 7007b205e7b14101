package play

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/autograd"
	"descent/examples/book/internal/paths"
)

// The derivatives written by hand equal those of autograd.
func TestDerivatives(t *testing.T) {
	for name, c := range map[string]struct {
		f    function
		by   autograd.Function
		at   [][]float64
		side float64
	}{
		"square":     {f: square, by: paths.Square, at: [][]float64{{1.3}, {-4}}},
		"wave":       {f: wave, by: paths.CosineWave, at: [][]float64{{0.4}, {-7}, {10}}},
		"oval":       {f: oval, by: paths.Oval, at: [][]float64{{-5, -2}, {0.3, 0.7}}},
		"ravine":     {f: ravine, by: paths.Ravine, at: [][]float64{{-5, -2}, {0.3, 0.7}}},
		"rosenbrock": {f: rosenbrock, by: paths.Rosenbrock, at: [][]float64{{4, -4.1}, {0.3, 0.7}}},
	} {
		for _, x := range c.at {
			value, gradient, err := autograd.Gradient(c.by, x)
			require.NoError(t, err)
			hessian, err := autograd.Hessian(c.by, x)
			require.NoError(t, err)
			g := make([]float64, len(x))
			got, err := c.f.objective(x, g)
			require.NoError(t, err)
			h, err := c.f.second(x)
			require.NoError(t, err)
			assert.InEpsilon(t, value, got, 1e-13, name)
			assert.InDeltaSlice(t, gradient, g, 1e-9, name)
			for i := range h {
				assert.InDeltaSlice(t, hessian[i], h[i], 1e-9, name)
			}
		}
		for _, v := range c.f.levels {
			for _, x := range c.f.level(v) {
				assert.InDelta(t, v, c.f.value(x), 1e-7*v, "%s: the contour of %v", name, v)
			}
		}
	}
}

// Each plot draws at the ends of every slider, and its drawing is XML.
func TestRender(t *testing.T) {
	for _, name := range Names() {
		p, err := Find(name)
		require.NoError(t, err)
		first, numbers, err := p.Render(nil)
		require.NoError(t, err, name)
		assert.NotEmpty(t, numbers)
		for _, s := range p.Settings {
			assert.LessOrEqual(t, s.Min, s.Value, s.Label)
			assert.GreaterOrEqual(t, s.Max, s.Value, s.Label)
			for _, v := range []float64{s.Min, s.Max} {
				svg, _, err := p.Render(Values{s.Key: v})
				require.NoError(t, err, "%s: %s = %v", name, s.Key, v)
				assert.True(t, v == s.Value || svg != first, "%s: %s has no effect", name, s.Key)
				for d := xml.NewDecoder(strings.NewReader(svg)); ; {
					if _, err := d.Token(); err == io.EOF {
						break
					} else {
						require.NoError(t, err, name)
					}
				}
				assert.NotContains(t, svg, "NaN")
				assert.Less(t, len(svg), 250_000, name)
			}
		}
	}
	_, err := Find("none")
	assert.ErrorContains(t, err, `play: "none": want one of`)
	p, err := Find("ravine")
	require.NoError(t, err)
	_, _, err = p.Render(Values{"eta": 9})
	assert.EqualError(t, err, "play: ravine: eta = 9: want [0.01, 0.7]")
}

// The numbers under the plots are the book's, at the book's settings.
func TestNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		v    Values
		want string
	}{
		"descent":  {nil, "After 10 steps: x = (0.060466), f(x) = 0.00365616."},
		"newton":   {nil, "After 10 steps: x = (26.834133), f(x) = 26.7506."},
		"ravine":   {Values{"eta": 0.6}, "After 20 steps: x = (\u22120.387814, \u22121673.365109), f(x) = 5.6003e+06."},
		"momentum": {nil, "After 20 steps: x = (0.007188, 0.002553), f(x) = 1.8205e\u221205."},
		"adagrad":  {nil, "After 20 steps: x = (\u22122.382563, \u22120.158591), f(x) = 0.617962."},
		"rmsprop":  {nil, "After 20 steps: x = (\u22120.010599, 0.000000), f(x) = 1.12332e\u221205."},
	} {
		p, err := Find(name)
		require.NoError(t, err)
		_, numbers, err := p.Render(c.v)
		require.NoError(t, err)
		assert.Equal(t, c.want, numbers, name)
	}
}
