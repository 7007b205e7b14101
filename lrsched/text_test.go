package lrsched

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestText(t *testing.T) {
	type modes struct {
		Anneal Anneal
		Mode   CyclicMode
	}
	for want, m := range map[string]modes{
		`{"Anneal":"cos","Mode":"triangular"}`:     {},
		`{"Anneal":"linear","Mode":"triangular2"}`: {AnnealLinear, Triangular2},
		`{"Anneal":"cos","Mode":"exp_range"}`:      {AnnealCosine, ExpRange},
	} {
		b, err := json.Marshal(m)
		require.NoError(t, err)
		assert.Equal(t, want, string(b))
		var read modes
		require.NoError(t, json.Unmarshal(b, &read))
		assert.Equal(t, m, read)
	}
	a, c := AnnealLinear, Triangular2
	assert.EqualError(t, a.UnmarshalText([]byte("x")), `lrsched: "x": want one of ["cos" "linear"]`)
	assert.Error(t, c.UnmarshalText([]byte("")))
	assert.Equal(t, AnnealLinear, a, "an error changes nothing")
	assert.Equal(t, "7", Anneal(7).String())
	assert.Equal(t, "-1", CyclicMode(-1).String())
}
