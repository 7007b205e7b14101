package nn

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"descent/internal/prefix"
)

// Part lists what [Model.LoadPart] did, by the names of tensors.
type Part struct {
	Loaded []string // tensors of the model that got the file's values, in the file's order
	Kept   []string // tensors of the model that did not change
	Unused []string // tensors of the file that were not loaded, by their names in the file
}

// LoadPart is [Model.Load] for some tensors: those that are in both the file and the
// model and whose name matches a pattern of [path.Match], such as "0.*", or "*" for
// all. The others stay as they are. Thus the layers of a trained model can become the
// first layers of another, where [Model.Freeze] can exclude them from training.
//
// If rename is not nil, it maps the name of a tensor in the file to its name in the
// model, such as "features.0.weight" to "0.weight": the Replace method of a
// [strings.Replacer], for example.
//
// It is an error if a pattern loads nothing, if two tensors have the same name, or if a
// tensor to be loaded does not fit, as in Load. An error changes nothing.
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
