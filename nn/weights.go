package nn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"descent/internal/prefix"
	"descent/internal/safetensors"
)

// Save writes the parameters and states to a safetensors file, under PyTorch's
// names and shapes, with a sum by which [Model.Load] finds that a bit of a tensor
// has changed. A value that is NaN or infinite is an error that names the
// tensor, since Load would refuse it. The file is written whole or not at all: a
// failure leaves what was there.
func (m *Model) Save(file string) error { return m.SaveMetadata(file, nil) }

// SaveMetadata is [Model.Save] with texts of your own in the metadata of the file,
// such as the description that package modelfile writes. The key "format" is
// PyTorch's.
func (m *Model) SaveMetadata(file string, metadata map[string]string) error {
	if err := m.reserve(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	var all []safetensors.Tensor
	for _, t := range m.saved() {
		if err := checkFinite(t.Value); err != nil {
			return fmt.Errorf("nn: save: tensor %q: %w", t.Name, err)
		}
		all = append(all, safetensors.Tensor{Name: t.Name, Shape: t.Shape, Data: t.Value})
	}
	with := map[string]string{}
	maps.Copy(with, metadata)
	with["format"] = "pt"
	if err := safetensors.Write(file, all, with); err != nil {
		return prefix.Error("nn", err, "save")
	}
	return nil
}

// Load reads the parameters and states from a safetensors file that [Model.Save]
// or PyTorch wrote. A tensor that is missing, left over, of another shape, of
// another type, or has a value that is NaN or infinite is an error that names it, except
// that a state may be read from integers, such as PyTorch's num_batches_tracked;
// so is a file that has a sum and does not fit it. An error changes nothing.
func (m *Model) Load(file string) error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	found, _, err := safetensors.Read(file)
	if err != nil {
		return prefix.Error("nn", err, "load")
	}
	want := m.saved()
	values := make([][]float32, len(want))
	for _, t := range found {
		i := slices.IndexFunc(want, func(w param) bool { return w.Name == t.Name })
		switch {
		case i < 0:
			return fmt.Errorf("nn: load: %s: tensor %q is not of the model: want %v", file, t.Name, names(want))
		case !slices.Equal(t.Shape, want[i].Shape):
			return fmt.Errorf("nn: load: %s: tensor %q has shape %v: want %v", file, t.Name, t.Shape, want[i].Shape)
		case t.Integer && i >= len(m.params): // PyTorch counts batches so
			for _, v := range t.Data64 {
				t.Data = append(t.Data, float32(v))
			}
		case t.Data == nil:
			return fmt.Errorf("nn: load: %s: tensor %q is float64: want float32", file, t.Name)
		}
		if err := checkFinite(t.Data); err != nil {
			return fmt.Errorf("nn: load: %s: tensor %q: %w", file, t.Name, err)
		}
		values[i] = t.Data
	}
	for i, v := range values {
		if v == nil {
			return fmt.Errorf("nn: load: %s: tensor %q is missing", file, want[i].Name)
		}
	}
	for i, v := range values {
		copy(want[i].Value, v)
	}
	return nil
}

// checkFinite returns an error that names the first value that is NaN or
// infinite.
func checkFinite(values []float32) error {
	for i, v := range values {
		if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
			return fmt.Errorf("value [%d] is %v: want finite numbers", i, v)
		}
	}
	return nil
}

// saved returns what a file has.
func (m *Model) saved() []param { return append(m.Params(), m.states...) }

func names(all []param) []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	return names
}

// Fingerprint returns the SHA-256 of the parameters in order, as little-endian
// float32, in hexadecimal. It waits for a call under way.
func (m *Model) Fingerprint() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := sha256.New()
	for _, p := range m.params {
		_ = binary.Write(h, binary.LittleEndian, p.Value) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}
