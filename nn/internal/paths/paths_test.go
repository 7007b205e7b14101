package paths

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOutward(t *testing.T) {
	for _, c := range []struct{ path, to, want string }{
		{"5", "0", "0"},
		{"5", "1", ""},
		{"3.5", "0", "3.0"},
		{"3.5", "2.body", "2.body"},
		{"3.body.1", "0", "3.0"},
		{"4.5", "0", "0"},
		{"", "0", ""},
	} {
		got, ok := Outward(c.path, c.to, func(path string) bool { return path == "0" || path == "3.0" || path == "2.body" })
		assert.Equal(t, c.want, got, c)
		assert.Equal(t, c.want != "", ok, c)
	}
}
