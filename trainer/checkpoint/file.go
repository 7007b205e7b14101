package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"descent/internal/prefix"
	"descent/internal/safetensors"
	"descent/optimizers"
	"descent/trainer"
)

// textKey is the metadata key for the text of [trainer.Checkpoint.Encode].
const textKey = "descent.checkpoint"

// Write writes a checkpoint to a file with a checksum. The file is written
// completely or not at all: a failure leaves any existing file untouched.
func Write(path string, c *trainer.Checkpoint) error {
	if c == nil {
		return errors.New("checkpoint: the checkpoint is nil")
	}
	values, text, err := c.Encode()
	if err != nil {
		return prefix.Error("checkpoint", err)
	}
	tensors := make([]safetensors.Tensor, len(values))
	for i, v := range values {
		tensors[i] = safetensors.Tensor{Name: v.Name, Shape: v.Shape, Data: v.Value}
	}
	if err := safetensors.Write(path, tensors, map[string]string{"format": "pt", textKey: string(text)}); err != nil {
		return prefix.Error("checkpoint", err)
	}
	return nil
}

// Read reads a checkpoint written by [Write]. It is an error if the file is not a
// checkpoint or if a bit in it has changed.
func Read(path string) (*trainer.Checkpoint, error) {
	tensors, metadata, err := safetensors.Read(path)
	if err != nil {
		return nil, prefix.Error("checkpoint", err)
	}
	c, err := decode(tensors, metadata)
	return c, prefix.Error("checkpoint", err, path)
}

func decode(tensors []safetensors.Tensor, metadata map[string]string) (*trainer.Checkpoint, error) {
	text, ok := metadata[textKey]
	if !ok {
		return nil, fmt.Errorf("no metadata %q: want a file of Write", textKey)
	}
	values := make([]optimizers.Param[float32], len(tensors))
	for i, t := range tensors {
		if t.Data == nil && len(t.Data64) > 0 {
			return nil, fmt.Errorf("tensor %q: want float32", t.Name)
		}
		values[i] = optimizers.Param[float32]{Name: t.Name, Shape: t.Shape, Value: t.Data}
	}
	return trainer.DecodeCheckpoint(values, []byte(text))
}

// The checkpoint after update n is in a file with this name, which sorts by n.
const (
	nameFormat  = "step-%012d.safetensors"
	namePattern = "step-????????????.safetensors"
	bestName    = "best.safetensors"
)

// Newest reads the newest intact checkpoint in a [Keeper]'s directory, and returns it
// with its path. It skips damaged checkpoints; the error, which may accompany a
// checkpoint, names them. If there is no intact checkpoint, it returns nil.
func Newest(dir string) (c *trainer.Checkpoint, path string, damaged error) {
	files, err := files(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, "", prefix.Error("checkpoint", err)
	}
	for _, path := range slices.Backward(files) {
		c, err := Read(path)
		if err == nil {
			return c, path, damaged
		}
		damaged = errors.Join(damaged, err)
	}
	return nil, "", damaged
}

// files returns the numbered checkpoints of a directory, oldest first.
func files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	var files []string
	for _, e := range entries {
		if ok, _ := filepath.Match(namePattern, e.Name()); ok {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, err
}
