package datasets

import (
	"bytes"
	_ "embed"
)

// airfoilFile is NASA's airfoil self-noise data (Brooks, Pope and Marcolini,
// 1989), from the UCI repository, CC BY 4.0; SHA-1
// 76e5be1548fd8222e5074cf0faae75edff8cf93f, the one that the book gives.
//
//go:embed airfoil_self_noise.dat
var airfoilFile []byte

// Airfoil returns NASA's airfoil self-noise data as the book Dive into Deep
// Learning uses it in section 11.5: the first 1,500 of its 1,503 rows. Each
// of the six columns (see [AirfoilColumns]) is standardized to mean 0 and
// population standard deviation 1 over all 1,503 rows. Inputs have shape [5];
// there is one target.
//
// A linear model with a bias can reach ½ · mean squared error 0.24169 on it.
func Airfoil() (*Slices, error) {
	const rows = 1500
	t, err := ReadCSV(bytes.NewReader(airfoilFile), CSV{Comma: '\t'})
	if err != nil {
		return nil, err
	}
	if _, _, err := t.Standardize(); err != nil {
		return nil, err
	}
	t.Data = t.Data[:rows*t.Cols]
	return t.Dataset(5)
}

// AirfoilColumns returns the quantities in the columns of [Airfoil], before they
// are standardized: five inputs and the target.
func AirfoilColumns() []string {
	return []string{
		"frequency, Hz",
		"angle of attack, degrees",
		"chord length, m",
		"free-stream velocity, m/s",
		"suction side displacement thickness, m",
		"scaled sound pressure level, dB",
	}
}
