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
	"descent/internal/weights"
)

// Save writes the parameters and states to a safetensors file, under PyTorch's
// names and shapes, with a checksum by which [Model.Load] detects changed bits in
// tensors. If a value is NaN or infinite, which Load would refuse, the error names
// the tensor. The file is written completely or not at all: a failure leaves an
// existing file unchanged.
func (m *Model) Save(file string) error { return m.SaveMetadata(file, nil) }

// SaveMetadata is [Model.Save] with additional texts in the metadata of the file,
// such as the description that package modelfile writes. The key "format" always
// has PyTorch's value.
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

// Load reads the parameters and states from a file that [Model.Save] or PyTorch
// wrote in the safetensors format, or NumPy as .npz; its first bytes tell which.
// The error names a tensor that is missing, unknown to the model, of another shape or
// of integers, or that has a value that is NaN or infinite. Only a state may be read
// from integers, such as PyTorch's num_batches_tracked. A file that does not match its
// checksum, if it has one, is an error too. 16-bit floats are read exactly, 64-bit
// floats are rounded. An error changes nothing: all tensors of the file are first read
// into separate memory. [Model.LoadPart] reads some of them.
func (m *Model) Load(file string) error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	part, values, err := m.read(file, nil, func(string) bool { return true })
	switch {
	case err != nil:
	case len(part.Unused) > 0:
		err = fmt.Errorf("%s: tensor %q is not of the model: want %v", file, part.Unused[0], names(m.saved()))
	case len(part.Kept) > 0:
		err = fmt.Errorf("%s: tensor %q is missing", file, part.Kept[0])
	}
	if err != nil {
		return prefix.Error("nn", err, "load")
	}
	m.set(values)
	return nil
}

// read returns the values of a file for the tensors that are saved. They are nil for
// tensors that are not in the file or that take refuses by their names in the model.
func (m *Model) read(file string, rename func(string) string, take func(string) bool) (part Part, values [][]float32, err error) {
	found, err := weights.Read(file)
	if err != nil {
		return part, nil, err
	}
	want := m.saved()
	values = make([][]float32, len(want))
	for _, t := range found {
		name := t.Name
		if rename != nil {
			name = rename(name)
		}
		i := slices.IndexFunc(want, func(w param) bool { return w.Name == name })
		switch {
		case i < 0 || !take(name):
			part.Unused = append(part.Unused, t.Name)
			continue
		case values[i] != nil:
			return part, nil, fmt.Errorf("%s: tensor %q is a second %q of the model: want one", file, t.Name, name)
		}
		if values[i], err = m.fit(t, i, want[i]); err != nil {
			return part, nil, fmt.Errorf("%s: %w", file, err)
		}
		part.Loaded = append(part.Loaded, name)
	}
	for i, v := range values {
		if v == nil {
			part.Kept = append(part.Kept, want[i].Name)
		}
	}
	return part, values, nil
}

// set copies the values that read returned.
func (m *Model) set(values [][]float32) {
	for i, t := range m.saved() {
		copy(t.Value, values[i])
	}
}

// fit returns the values of the file's tensor t for saved tensor number i, which is
// to.
func (m *Model) fit(t safetensors.Tensor, i int, to param) ([]float32, error) {
	name := fmt.Sprintf("%q", t.Name)
	if t.Name != to.Name {
		name = fmt.Sprintf("%q, which is %q of the model,", t.Name, to.Name)
	}
	if !slices.Equal(t.Shape, to.Shape) {
		return nil, fmt.Errorf("tensor %s has shape %v: want %v", name, t.Shape, to.Shape)
	}
	if t.Integer && i < len(m.params) { // PyTorch counts batches so, in a state
		return nil, fmt.Errorf("tensor %s is of integers: want floats", name)
	}
	for _, v := range t.Data64 {
		t.Data = append(t.Data, float32(v))
	}
	if err := checkFinite(t.Data); err != nil {
		return nil, fmt.Errorf("tensor %s: %w", name, err)
	}
	return t.Data, nil
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

// saved returns the tensors that are saved to a file.
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
