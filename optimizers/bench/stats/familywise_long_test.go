//go:build long

package stats

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The familywise error of MaxT and the coverage of its intervals are those of
// testdata/familywise.txt, and good except where scores have skewness and unequal
// variances. CI runs the short form, TestFamilywise. This one takes about ten minutes, and prints the file:
//
//	go test -tags long -run HoursFamilywise -v ./optimizers/bench/stats | sed -n 's/^# //p'
func TestHoursFamilywise(t *testing.T) {
	const sets = 2000
	var table strings.Builder
	line := func(format string, a ...any) {
		s := fmt.Sprintf(format, a...)
		fmt.Println("# " + s)
		table.WriteString(s + "\n")
	}
	line("Shares of %d simulated benchmarks, in percent: with a false difference at 5 %% by MaxT (wrong)", sets)
	line("and by Holm; with all intervals at 95 %% holding (held); and of the true differences found.")
	line("With 16 studies it draws 499 flips, which leave no p-value small enough for Holm.")
	line("")
	line("%-50s wrong  Holm  held  found  Holm", "comparisons and scores")
	for _, against := range []bool{false, true} {
		for _, studies := range []int{5, 6, 8, 16} {
			for _, entries := range []int{4, 8, 16} {
				for _, d := range []design{
					{scores: "normal", noise: normal},
					{scores: "heavy", noise: heavy},
					{scores: "exponential", noise: exponential},
					{scores: "lognormal .5", noise: lognormal(0.5)},
					{scores: "lognormal 1", noise: lognormal(1)},
					{scores: "unequal normal", noise: unequal(normal)},
					{scores: "unequal lognormal .2", noise: unequal(lognormal(0.2))},
					{scores: "unequal lognormal .5", noise: unequal(lognormal(0.5))},
					{scores: "unequal exponential", noise: unequal(exponential)},
					{scores: "normal +2", noise: normal, effect: 2},
					{scores: "exponential +2", noise: exponential, effect: 2},
					{scores: "lognormal 1 +100", noise: lognormal(1), effect: 100},
					{scores: "unequal normal +20", noise: unequal(normal), effect: 20},
				} {
					d.against, d.studies, d.entries = against, studies, entries
					s := d.simulate(t, sets)
					percent := func(x float64, holm bool) string {
						if holm && studies == 16 {
							return "    -"
						}
						return fmt.Sprintf("%5.1f", 100*x)
					}
					row := fmt.Sprintf("%v %s %s %s", d, percent(s.wrong, false), percent(s.holmWrong, true), percent(s.held, false))
					if d.effect != 0 {
						row += fmt.Sprintf("  %s %s", percent(s.found, false), percent(s.holmFound, true))
					}
					line("%s", row)
					if strings.HasPrefix(d.scores, "unequal l") || strings.HasPrefix(d.scores, "unequal e") {
						continue
					}
					assert.LessOrEqual(t, s.wrong, 0.065, "%v", d)
					assert.GreaterOrEqual(t, s.held, 0.925, "%v", d)
				}
			}
		}
	}
	want, err := os.ReadFile("testdata/familywise.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), table.String())
}
