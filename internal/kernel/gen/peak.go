package main

// peakOf generates a loop of multiply-adds alone, to measure the peak of the
// processor.
func peakOf(f *file, s isa) {
	f.function("peak"+s.name, "n int", 8, `
computes, n times, one multiply-add in each of twelve registers; n must be 1 or more.`)
	f.op("MOVQ n+0(FP), CX")
	for i := range 16 {
		f.op("%[1]s %[2]s, %[2]s, %[2]s", clearing(s), s.r(i))
	}
	f.mark("loop")
	for i := range 12 {
		f.op("VFMADD231PS %s, %s, %s", s.r(12), s.r(13), s.r(i))
	}
	f.op("DECQ CX")
	f.op("JNZ loop")
	f.ret()
}
