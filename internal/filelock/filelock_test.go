//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/filelock"
)

func TestTry(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	first, err := os.Create(name)
	require.NoError(t, err)
	second, err := os.Open(name)
	require.NoError(t, err)
	defer second.Close()
	assert.True(t, filelock.Try(first))
	assert.False(t, filelock.Try(second))
	require.NoError(t, first.Close())
	assert.True(t, filelock.Try(second))
}
