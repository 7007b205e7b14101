package dive

import (
	"slices"
	"testing"

	"descent/examples/book/internal/page"
	"descent/optimizers"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// verdict is the row of a band.
func verdict(b page.Band) page.Row {
	p := &page.Page{Experiment: page.All(Sections())[0]}
	p.Band(b)
	return p.Rows[0]
}

// Every printed loss of the airfoil data fails with a wrong run, or its row says that
// it cannot tell. It says so only then.
func TestMutatedRunsFail(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a few thousand times")
	}
	loss, err := airfoilLoss()
	require.NoError(t, err)
	floor, err := loss.least()
	require.NoError(t, err)
	failed, wrongRules := map[string]int{}, 0
	for _, a := range slices.Concat(batchRuns[3:], momentumAirfoilRuns, adagradAirfoilRuns, rmspropAirfoilRuns, adadeltaAirfoilRuns, adamAirfoilRuns) {
		bands, err := a.bands(loss, floor, bandSeeds, false)
		require.NoError(t, err)
		var rows []page.Row
		for _, b := range bands {
			rows = append(rows, verdict(b))
			assert.True(t, rows[len(rows)-1].OK, "%s: %s", b.Quantity, rows[len(rows)-1].Note)
		}
		if a.run.rule != (optimizers.SGD{}) {
			wrongRules += len(bands)
		}
		for k, m := range a.run.mutants(len(loss.y)) {
			wrong := a
			wrong.run = m.run
			mutated, err := wrong.bands(loss, floor, bandSeeds, true)
			require.NoError(t, err)
			for i, b := range mutated {
				if !verdict(b).OK {
					failed[[]string{"rule", "more", "less", "batch"}[k]]++
					assert.Contains(t, rows[i].Note, m.name, b.Quantity)
					continue
				}
				assert.Equal(t, page.CannotTell, rows[i].Kind, "%s: %s would agree too", b.Quantity, m.name)
			}
		}
		for i, b := range bands {
			for _, by := range []float64{1.02, 0.98} {
				moved := b
				moved.Printed, moved.Others = by*b.Printed, nil
				if !verdict(moved).OK {
					failed["moved"]++
					continue
				}
				assert.Equal(t, page.CannotTell, rows[i].Kind, "%s: a number moved by 2 %% would agree too", b.Quantity)
			}
			impossible := b
			impossible.Printed, impossible.Others = 0.240, nil
			assert.False(t, verdict(impossible).OK, "%s: .240 is below the least possible loss", b.Quantity)
		}
	}
	t.Logf("rows that fail: %v", failed)
	// Plain SGD in place of RMSProp, Adadelta, Adam and Yogi fails; at the rate of
	// Adagrad or of momentum 0.5 it trains as well.
	assert.GreaterOrEqual(t, failed["rule"], 9, "of %d", wrongRules)
	assert.GreaterOrEqual(t, failed["moved"], len(batchRuns))
}

func TestMutants(t *testing.T) {
	names := func(a airfoil) (list []string) {
		for _, m := range a.mutants(1500) {
			list = append(list, m.name)
		}
		return list
	}
	a := airfoil{rule: optimizers.D2LAdam(), rate: 0.01}
	assert.Equal(t, []string{"plain SGD", "η·1.2", "η/1.2", "batch 20"}, names(a))
	assert.Equal(t, []string{"momentum 0.9", "η·1.2", "η/1.2", "batch 750"}, names(batchRuns[0].run))
	m := a.mutants(1500)
	assert.Equal(t, []airfoil{
		{rule: optimizers.SGD{}, rate: 0.01},
		{rule: a.rule, rate: 1.2 * a.rate},
		{rule: a.rule, rate: a.rate / 1.2},
		{rule: a.rule, rate: 0.01, batch: 20},
	}, []airfoil{m[0].run, m[1].run, m[2].run, m[3].run})
}

// Every printed point of the ravine fails with a wrong rule or rate, or moved by 2 %.
func TestMutatedPathsFail(t *testing.T) {
	for _, r := range slices.Concat(ravineDescents, ravineMomenta, ravineAdagrads, ravineRMSProps) {
		rows := func(r ravineRun) []page.Row {
			p := &page.Page{Experiment: page.All(Sections())[0], Ctx: t.Context()}
			require.NoError(t, ravineRuns(p, "paths", "", r))
			return p.Rows
		}
		assert.True(t, rows(r)[0].OK, r.title)
		more, less, moved, rule := r, r, r, r
		more.rate, less.rate = 1.2*r.rate, r.rate/1.2
		moved.printed = []float64{1.02 * r.printed[0], 1.02 * r.printed[1]}
		rule.rule = optimizers.SGD{Momentum: 0.1}
		for name, m := range map[string]ravineRun{"more": more, "less": less, "moved": moved, "rule": rule} {
			assert.False(t, rows(m)[0].OK, "%s: %s", r.title, name)
		}
	}
}
