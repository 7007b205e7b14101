// Gen writes the assembly of package kernel: go generate, in its folder.
package main

import (
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"
)

// families are the kinds of kernels. Each is generated for both instruction
// sets, into files of its own.
var families = map[string]func(*file, isa){
	"activation":  activations,
	"convert":     conversions,
	"dropout":     dropouts,
	"elementwise": elementwise,
	"loss":        losses,
	"norm":        norms,
	"peak":        peakOf,
	"pool":        pools,
	"recurrent":   recurrent,
	"product":     productsOf,
	"reduce":      reductions,
	"skipzeros":   skipZeros,
	"softmax":     softmaxes,
	"tile":        tiles,
	"update":      updates,
	"winograd":    winograd,
}

func main() {
	log.SetFlags(0)
	for family, generate := range families {
		for _, s := range []isa{avx2, avx512} {
			if err := write(family, s, generate); err != nil {
				log.Fatal(err)
			}
		}
	}
	if err := writeLoops(); err != nil {
		log.Fatal(err)
	}
}

// write writes gen_family_set_amd64.s, and .go with the declarations.
func write(family string, s isa, generate func(*file, isa)) error {
	f := newFile()
	generate(f, s)
	declarations, err := format.Source([]byte(f.stubs.String()))
	if err != nil {
		return err
	}
	name := fmt.Sprintf("gen_%s_%s_amd64", family, strings.ToLower(s.name))
	if err := os.WriteFile(name+".go", declarations, 0o666); err != nil {
		return err
	}
	return os.WriteFile(name+".s", []byte(f.asm.String()), 0o666)
}
