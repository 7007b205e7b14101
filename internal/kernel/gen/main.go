// Gen writes the assembly of package kernel: go generate, in its folder.
package main

import (
	"fmt"
	"go/format"
	"log"
	"os"
)

// families are the files, each of one kind of kernel.
var families = map[string]func(*file){
	"activation_avx2":   func(f *file) { activations(f, avx2) },
	"activation_avx512": func(f *file) { activations(f, avx512) },
	"convert":           func(f *file) { conversions(f, avx2); conversions(f, avx512) },
	"dropout_avx2":      func(f *file) { dropouts(f, avx2) },
	"dropout_avx512":    func(f *file) { dropouts(f, avx512) },
	"loss_avx2":         func(f *file) { losses(f, avx2) },
	"loss_avx512":       func(f *file) { losses(f, avx512) },
	"peak":              func(f *file) { peakOf(f, avx2); peakOf(f, avx512) },
	"pool_avx2":         func(f *file) { pools(f, avx2) },
	"pool_avx512":       func(f *file) { pools(f, avx512) },
	"reduce":            func(f *file) { addRows(f, avx2); addRows(f, avx512) },
	"sparse_avx2":       func(f *file) { sparses(f, avx2); lists(f, avx2); sparseRows(f, avx2) },
	"sparse_avx512":     func(f *file) { sparses(f, avx512); lists(f, avx512); sparseRows(f, avx512) },
	"tile_avx2":         func(f *file) { tiles(f, avx2) },
	"tile_avx512":       func(f *file) { tiles(f, avx512) },
	"update_avx2":       func(f *file) { updates(f, avx2) },
	"update_avx512":     func(f *file) { updates(f, avx512) },
	"vector_avx2":       func(f *file) { vectors(f, avx2) },
	"vector_avx512":     func(f *file) { vectors(f, avx512) },
}

func main() {
	log.SetFlags(0)
	for name, generate := range families {
		f := newFile()
		generate(f)
		stubs, err := format.Source([]byte(f.stubs.String()))
		if err != nil {
			log.Fatal(err)
		}
		for path, content := range map[string][]byte{
			fmt.Sprintf("%s_amd64.s", name):  []byte(f.asm.String()),
			fmt.Sprintf("%s_amd64.go", name): stubs,
		} {
			if err := os.WriteFile(path, content, 0o666); err != nil {
				log.Fatal(err)
			}
		}
	}
}

// tiles generates every tile kernel, and the tables that select one.
func tiles(f *file, s isa) {
	tables := ""
	table := func(name string, nv int, e epilogue) {
		tables += fmt.Sprintf("\n// %s are the kernels by their number of outputs.\nvar %s = [...]func(*tileArgs){nil", name, name)
		for nr := 1; nr <= mostOutputs; nr++ {
			tileOf(f, s, nv, nr, e)
			tables += fmt.Sprintf(", tile%dx%d%s%s", nv, nr, e, s.name)
		}
		tables += "}\n"
	}
	table("store1"+s.name, 1, store)
	table("store4"+s.name, 4, store)
	table("pool4"+s.name, 4, pool)
	table("sum4"+s.name, 4, sum)
	f.stubs.WriteString(tables)
}
