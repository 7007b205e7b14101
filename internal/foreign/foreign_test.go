package foreign

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"0.weight": "0.weight", "zażółć <&>": "zażółć <&>", "": `""`, "\x1b[31m": `"\x1b[31m"`, "\xff": `"\xff"`, "a\nb": `"a\nb"`, "\u2028": `"\u2028"`,
	} {
		assert.Equal(t, want, Name(name))
	}
	assert.Equal(t, `"`+strings.Repeat("a", 199)+`"… (1199 bytes)`, Name(strings.Repeat("a", 199)+strings.Repeat("ż", 500)))
}

func TestJSON(t *testing.T) {
	var v struct {
		Seeds int    `json:"seeds"`
		Name  string `json:"name"`
		In    struct {
			Rate float64 `json:"rate"`
		} `json:"in"`
	}
	for text, want := range map[string]string{
		`{"seeds":3e99}`:        "seeds: number 3e99: want int",
		`{"name":[]}`:           "name: array: want string",
		`{"in":{"rate":"1"}}`:   "in.rate: string: want float64",
		`{"seeds":3`:            "unexpected end of JSON input",
		"{\"name\":\"\x1b\"}":   `invalid character '\x1b' in string literal`,
		`{"in":{"rate":1e999}}`: "in.rate: number 1e999: want float64",
	} {
		err := json.Unmarshal([]byte(text), &v)
		assert.EqualError(t, JSON(err), want)
		assert.ErrorIs(t, JSON(err), err)
	}
	var n []int
	assert.EqualError(t, JSON(json.Unmarshal([]byte("[true]"), &n)), "bool: want int")
	assert.NoError(t, JSON(nil))
	err := json.NewDecoder(strings.NewReader("[")).Decode(&n)
	assert.EqualError(t, JSON(err), "the JSON is incomplete: unexpected EOF")
	assert.ErrorIs(t, JSON(io.EOF), io.ErrUnexpectedEOF)
}
