package nn

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"descent/internal/prefix"
)

// Part is what [Model.LoadPart] did, by the names of tensors.
type Part struct {
	Loaded []string // of the model that have the file's values, in the file's order
	Kept   []string // of the model that stay as they were
	Unused []string // of the file that were not loaded, under their names in it
}

// LoadPart is [Model.Load] for some tensors: those that the file and the model both
// have under a name that matches a pattern of [path.Match], such as "0.*", or "*" for
// all. The others stay as they are. So the layers of a trained model become the first
// ones of another, which [Model.Freeze] can keep from being trained.
//
// If rename is not nil, it gives the name in the model of a tensor of the file, such
// as "0.weight" for "features.0.weight"; strings.NewReplacer makes one from pairs.
//
// A pattern that loads nothing is an error, as are two tensors of one name, and a
// tensor to be loaded that does not fit, as in Load. An error changes nothing.
func (m *Model) LoadPart(file string, rename func(name string) string, patterns ...string) (Part, error) {
	if err := m.use(); err != nil {
		return Part{}, err
	}
	defer m.mu.Unlock()
	if len(patterns) == 0 {
		return Part{}, errors.New(`nn: load: no pattern: want one or more, such as "0.*", or "*" for all`)
	}
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return Part{}, fmt.Errorf("nn: load: pattern %q: %w", pattern, err)
		}
	}
	loads := make([]bool, len(patterns))
	part, values, err := m.read(file, rename, func(name string) bool {
		matched := false
		for k, pattern := range patterns {
			if ok, _ := path.Match(pattern, name); ok {
				matched, loads[k] = true, true
			}
		}
		return matched
	})
	if err != nil {
		return Part{}, prefix.Error("nn", err, "load")
	}
	if k := slices.Index(loads, false); k >= 0 {
		return Part{}, fmt.Errorf("nn: load: %s: pattern %q matches no tensor that the file and the model have: want one of %v; unused are %q", file, patterns[k], names(m.saved()), part.Unused)
	}
	m.set(values)
	return part, nil
}
