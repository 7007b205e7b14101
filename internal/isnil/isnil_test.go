package isnil_test

import (
	"errors"
	"fmt"
	"testing"

	"descent/internal/isnil"
	"github.com/stretchr/testify/assert"
)

type number float64

func (n number) String() string { return fmt.Sprint(float64(n)) }

func TestValue(t *testing.T) {
	var (
		err      error
		stringer fmt.Stringer
		pointer  *number // has the method of the value: calling it panics
		function func()
	)
	for _, v := range []any{nil, err, stringer, pointer, fmt.Stringer(pointer), function} {
		assert.True(t, isnil.Value(v), "%T", v)
	}
	one := number(1)
	for _, v := range []any{number(0), &one, 0, "", struct{}{}, []number(nil), map[string]int(nil), func() {}, errors.New("")} {
		assert.False(t, isnil.Value(v), "%T", v)
	}
}
