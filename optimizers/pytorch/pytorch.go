// Package pytorch exchanges the state of an optimizer with PyTorch, so that a run
// started in one continues in the other.
//
// A file holds, for each parameter, under its name in nn.Model and in PyTorch's
// nn.Module,
//
//	optimizer/0.weight/exp_avg     each slot, in most rules of the parameter's shape
//	optimizer/0.weight/step        the number of the parameter's updates
//
// [Save] writes safetensors, and [Load] reads safetensors and .npz files, so the
// weights may be in the same file. The slots have PyTorch's names
// ([optimizers.Rule]) and meaning, so nothing needs conversion in SGD, Adam and
// AdamW with or without AMSGrad, Adamax, RAdam, RMSProp, Adagrad and Adadelta. A
// rule that keeps numbers for all of its parameters together, such as NAdam, cannot
// be exchanged. The hyperparameters and the learning rate are not in the file: set
// them to the same values in both.
//
// The directory examples/pytorch has the other side, in Python.
package pytorch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"descent/internal/prefix"
	"descent/internal/safetensors"
	"descent/internal/weights"
	"descent/optimizers"
)

const (
	root = "optimizer/" // prefix of the names of tensors
	step = "step"       // the slot with one number
)

// Save writes the state of an optimizer of params to a file, completely or not at
// all. It returns an error if the state has a global, a slot or a count that does
// not belong to params, or a slot of another length.
func Save(file string, params []optimizers.Param[float32], s optimizers.State[float32]) error {
	all, err := tensors(params, s)
	if err == nil {
		err = safetensors.Write(file, all, map[string]string{"format": "pt"})
	}
	return prefix.Error("pytorch", err, "save")
}

func tensors(params []optimizers.Param[float32], s optimizers.State[float32]) ([]safetensors.Tensor, error) {
	if len(s.Globals) > 0 {
		return nil, fmt.Errorf("global %q: want a rule without globals: PyTorch keeps state by parameter", s.Globals[0].Name)
	}
	var all []safetensors.Tensor
	for _, slot := range s.Slots {
		i := index(params, slot.Param)
		if i < 0 {
			return nil, fmt.Errorf("slot %q of %q: want one of the parameters", slot.Name, slot.Param)
		}
		shape := slot.Shape
		if shape == nil {
			shape = params[i].Shape
		}
		all = append(all, safetensors.Tensor{Name: root + slot.Param + "/" + slot.Name, Shape: shape, Data: slot.Values})
	}
	steps := make([]int, len(params))
	for i := range steps {
		steps[i] = s.Step
	}
	for _, c := range s.Counts {
		i := index(params, c.Param)
		if i < 0 || c.Rule {
			return nil, fmt.Errorf("count of steps of %q: want one of the parameters", c.Param)
		}
		steps[i] = c.Steps
	}
	for i, p := range params {
		all = append(all, safetensors.Tensor{Name: root + p.Name + "/" + step, Data64: []float64{float64(steps[i])}})
	}
	return all, nil
}

// Load returns the state in a file for an optimizer of params. Pass it to
// [optimizers.Optimizer.Restore], which checks that all slots of the rule are
// present and have the right shapes. Load ignores tensors whose names do not begin
// with "optimizer/". It returns an error for a tensor of another parameter, and for
// steps that are not counts or are missing, except for SGD, for which PyTorch keeps
// none: the state is then taken to be that after step 1, from which later ones do
// not differ.
func Load(file string, params []optimizers.Param[float32]) (optimizers.State[float32], error) {
	s, err := load(file, params)
	if err != nil {
		return optimizers.State[float32]{}, prefix.Error("pytorch", err, "load")
	}
	return s, nil
}

func load(file string, params []optimizers.Param[float32]) (s optimizers.State[float32], err error) {
	found, err := weights.Read(file)
	if err != nil {
		return s, err
	}
	steps := make([]float64, len(params))
	for i := range steps {
		steps[i] = -1
	}
	for _, t := range found {
		rest, ok := strings.CutPrefix(t.Name, root)
		if !ok {
			continue
		}
		k := strings.LastIndexByte(rest, '/')
		i := index(params, rest[:max(k, 0)])
		if i < 0 {
			return s, fmt.Errorf("%s: tensor %q: want %sPARAMETER/SLOT of one of the parameters", file, t.Name, root)
		}
		p, name := params[i], rest[k+1:]
		if name == step {
			if steps[i], err = count(t); err != nil {
				return s, fmt.Errorf("%s: tensor %q: %w", file, t.Name, err)
			}
			continue
		}
		for _, v := range t.Data64 {
			t.Data = append(t.Data, float32(v))
		}
		s.Slots = append(s.Slots, optimizers.Slot[float32]{Param: p.Name, Name: name, Shape: t.Shape, Values: t.Data})
	}
	counts := func(slot optimizers.Slot[float32]) bool { return slot.Name != "momentum_buffer" }
	if len(params) == 0 || slices.Max(steps) < 0 && !slices.ContainsFunc(s.Slots, counts) {
		s.Step = 1
		return s, nil
	}
	s.Step = int(slices.Max(steps))
	for i, n := range steps {
		if n < 0 {
			return s, fmt.Errorf("%s: parameter %q: %s is missing", file, params[i].Name, step)
		}
		if int(n) != s.Step {
			s.Counts = append(s.Counts, optimizers.Count{Param: params[i].Name, Steps: int(n)})
		}
	}
	return s, nil
}

// count returns the step count in a tensor with one number.
func count(t safetensors.Tensor) (float64, error) {
	for _, v := range t.Data {
		t.Data64 = append(t.Data64, float64(v))
	}
	if len(t.Data64) != 1 || len(t.Shape) > 1 {
		return 0, fmt.Errorf("shape %v: want one number", t.Shape)
	}
	n := t.Data64[0]
	if !(n >= 0 && n <= 1<<53 && n == float64(int64(n))) {
		return 0, errors.New(fmt.Sprint(n) + ": want a count of steps")
	}
	return n, nil
}

func index(params []optimizers.Param[float32], name string) int {
	return slices.IndexFunc(params, func(p optimizers.Param[float32]) bool { return p.Name == name })
}
