package prefix_test

import (
	"errors"
	"fmt"
	"testing"

	"descent/internal/prefix"
	"github.com/stretchr/testify/assert"
)

func TestError(t *testing.T) {
	cause := errors.New("too large")
	inner := fmt.Errorf("lanes: kernel: Threads = 9: %w", cause)
	err := prefix.Error("nn", inner)
	assert.EqualError(t, err, "nn: Threads = 9: too large")
	assert.ErrorIs(t, err, cause)
	assert.EqualError(t, prefix.Error("nn", inner, "layer 3", "Dense"), "nn: layer 3: Dense: Threads = 9: too large")
	assert.EqualError(t, prefix.Error("nn", errors.New("shape: nn: is not a prefix")), "nn: shape: nn: is not a prefix")
	assert.NoError(t, prefix.Error("nn", nil, "layer 3"))
}
