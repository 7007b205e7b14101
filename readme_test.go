package descent_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README's first example is the one that is compiled here, and the
// commands at its top are the ones that everything is tested by.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, blocks)
	for _, line := range strings.Split(blocks[0][1], "\n") {
		if line = strings.TrimSpace(line); line != "" {
			assert.Contains(t, string(source), line)
		}
	}
	at := strings.Index(string(readme), "```sh\ngo run ./examples/lenet\ngo test ./...\n```")
	assert.True(t, 0 < at && at < 1000, "the two commands stand at the top")
}
