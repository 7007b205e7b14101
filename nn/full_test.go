package nn_test

import (
	"os"
	"path/filepath"
	"testing"

	"descent/internal/fulldisk"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A model that there is no room for leaves the file that was there.
func TestSaveOnAFullDisk(t *testing.T) { fulldisk.Test(t, func() { saveOnAFullDisk(t) }) }

func saveOnAFullDisk(t *testing.T) {
	cfg := nn.Config{Input: []int{20}}
	m, old := newModel(t, nn.MLP(30, 10), cfg), newModel(t, nn.MLP(30, 10), cfg)
	m.Params()[0].Value[0]++
	dir := t.TempDir()
	file := filepath.Join(dir, "model.safetensors")
	require.NoError(t, old.Save(file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	for room := 0; room < int(info.Size()); room += 500 {
		fulldisk.At(t, room, func() {
			err := m.Save(file)
			assert.ErrorIs(t, err, fulldisk.Error)
			assert.EqualError(t, err, "nn: save: write "+file+": file too large")
		})
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	loaded := newModel(t, nn.MLP(30, 10), cfg)
	require.NoError(t, loaded.Load(file))
	assert.Equal(t, old.Fingerprint(), loaded.Fingerprint())
	require.NoError(t, m.Save(file), "there is room again")
}
