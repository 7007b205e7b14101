package page

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newPage is the page of an experiment.
func newPage() *Page { return &Page{Experiment: Experiment{ID: "1.x", section: &Section{Number: "1"}}} }

func TestVerdicts(t *testing.T) {
	p := newPage()
	p.Exact("equal", Num(1, 0), Num(1+5e-13, 5e-13))
	p.Exact("not equal", Num(1), Num(1+2e-12))
	p.Exact("too few", Num(1, 2), Num(1))
	p.Rounded(3, "rounded", Num(0.244), Num(0.24449))
	p.Rounded(3, "minus zero", Num(0), Num(-1e-9))
	p.Rounded(3, "not rounded", Num(0.244), Num(0.24451))
	p.Exact("NaN", Num(1), Num(math.NaN()))
	p.Within(0.1, "near the law", Num(10, -10), Num(10.9, -9.1))
	p.Within(0.1, "far from it", Num(10, -10), Num(10.9, -8.9))
	p.Within(0.1, "too few", Num(10, 10), Num(10))
	p.YesNo("yes", Num(1, 0), Num(1, 0))
	p.YesNo("no", Num(1, 0), Num(1, 1))
	p.Expect("near theory", 2, []float64{1, 2, 3.1})
	p.Expect("far from it", 9, []float64{1, 2, 3.1})
	var ok []bool
	for _, r := range p.Rows {
		ok = append(ok, r.OK)
	}
	assert.Equal(t, []bool{true, false, false, true, true, false, false, true, false, false, true, false, true, false}, ok)
	b, err := json.Marshal(p.Rows[0])
	require.NoError(t, err)
	assert.Contains(t, string(b), `"printed":[1,0]`)
	b, err = json.Marshal(Numbers{0.244, 5.262756878429089e-10, math.NaN()})
	require.NoError(t, err)
	assert.Equal(t, `[0.244,5.262756878429089e-10,null]`, string(b), "as they are printed")
}

// A row that disagrees counts only as that, and our own checks are counted separately.
func TestCount(t *testing.T) {
	p := newPage()
	p.Exact("equal", Num(1), Num(1))
	p.Exact("not equal", Num(1), Num(2))
	p.Check("our own", Num(1), Num(1))
	p.Erratum("wrong", nil, Num(1), true, Slip{})
	p.Erratum("not confirmed", nil, Num(1), false, Slip{})
	p.Info("shown", nil, Num(1), "")
	p.Exercises = []int{1}
	p.Check("of an exercise", Num(1), Num(1))
	assert.Equal(t, Tally{Exact: 1, Checks: 1, Errata: 1, Answers: 1, Shown: 1, Failed: 2}, Count(p.Rows))
	assert.Equal(t, "1 exact, 1 errata, 1 answers, 1 own checks, 2 DISAGREE", Count(p.Rows).String())
	assert.Equal(t, "nothing judged", Tally{Shown: 3}.String())
}

func TestShow(t *testing.T) {
	assert.Equal(t, "\u22120.0604662, 3", show(Num(-0.06046617599999997, 3), some, 6))
	assert.Equal(t, "yes, no", show(Num(1, 0), words, 6))
	assert.Equal(t, "0.244", show(Num(0.2439), 3, 6))
	assert.Equal(t, `<details class="digits"><summary>0.0604662</summary>0.06046617599999997</details>`, string(cell(Num(0.06046617599999997), all17)))
	assert.Equal(t, "2.5", string(cell(Num(2.5), all17)), "nothing to open")
	assert.Equal(t, "a &lt; 3·10<sup>\u22127</sup> <code>1e-07</code>", string(prose("a < 3e-07 `1e-07`")))
}
