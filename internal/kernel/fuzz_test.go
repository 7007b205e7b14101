package kernel

import (
	"testing"

	"pgregory.net/rapid"
)

// The properties, driven by go test -fuzz.

func FuzzConv(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(convProperty[float32])) }
func FuzzDense(f *testing.F)   { f.Fuzz(rapid.MakeFuzz(denseProperty[float32])) }
func FuzzMaxPool(f *testing.F) { f.Fuzz(rapid.MakeFuzz(maxPoolProperty[float32])) }
func FuzzAvgPool(f *testing.F) { f.Fuzz(rapid.MakeFuzz(avgPoolProperty[float32])) }
