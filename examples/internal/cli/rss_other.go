//go:build !unix

package cli

import "runtime"

// PeakRSS returns the memory that the process has taken from the system, in
// bytes: the nearest to its peak that is known here.
func PeakRSS() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
