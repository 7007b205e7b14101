package optbench

import (
	"strings"

	"descent/internal/byname"
	"descent/lrsched"
	"descent/optimizers/bench"
)

// parseSchedule parses a learning-rate schedule: NAME, optionally with
// :FIELD=VALUE:… after it.
func parseSchedule(text string) (bench.Schedule, error) {
	name, fields, _ := strings.Cut(text, ":")
	assignments := strings.ReplaceAll(fields, ":", ",")
	for _, updates := range []int{2, 1000} {
		if _, err := byname.Schedule(name, .1, updates, assignments); err != nil {
			return bench.Schedule{}, err
		}
	}
	return bench.Schedule{Name: text, Of: func(base float64, updates int) (lrsched.Schedule, error) {
		return byname.Schedule(name, base, updates, assignments)
	}}, nil
}
