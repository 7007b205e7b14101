//go:build !unix

package cli

import "runtime"

// PeakRSS returns the memory that the process got from the system, in bytes, as
// an approximation of its peak.
func PeakRSS() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
