package optimizers

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	_ encoding.TextMarshaler   = CorrectionNone
	_ encoding.TextUnmarshaler = new(Correction)
)

func TestCorrectionText(t *testing.T) {
	for text, want := range map[string]Correction{"none": CorrectionNone, "bias": CorrectionBias, "as-printed": CorrectionAsPrinted} {
		c := Correction(-1)
		require.NoError(t, c.UnmarshalText([]byte(text)))
		assert.Equal(t, want, c)
		back, err := c.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(back))
		assert.Equal(t, text, fmt.Sprint(c))
	}
	c := CorrectionBias
	assert.EqualError(t, c.UnmarshalText([]byte("Bias")), `optimizers: Correction = "Bias": want none, bias or as-printed`)
	assert.Equal(t, CorrectionBias, c)
	_, err := Correction(3).MarshalText()
	assert.EqualError(t, err, "optimizers: Correction(3): want none, bias or as-printed")
}
