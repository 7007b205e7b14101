package kernel

// Winograd's convolution F(2×2, 3×3) computes the four outputs of a tile with sixteen
// products for each channel instead of the thirty-six of the definition:
//
//	y = Aᵀ·[(G·w·Gᵀ) ∘ (Bᵀ·x·B)]·A
//
//	     1  0 −1  0          1   0   0           1  1  1  0
//	Bᵀ = 0  1  1  0     G =  ½   ½   ½      Aᵀ = 0  1 −1 −1
//	     0 −1  1  0          ½  −½   ½
//	     0  1  0 −1          0   0   1
//
// where x is the 4×4 pixels under the tile, w a kernel and ∘ the product element by
// element. Products are added up over the channels before Aᵀ·A, so that each of the
// sixteen elements is a convolution of one pixel. The gradient of the image is the same
// with the kernels turned around, and that of the weights is the adjoint,
//
//	dw = Gᵀ·[Σ (A·dy·Aᵀ) ∘ (Bᵀ·x·B)]·G
//
// A transform is a few additions of vectors. Results agree with the definition's to
// rounding, and have the same bits on AVX2 and AVX-512. The plain loops use the
// definition. An infinite pixel makes its tile NaN, where the definition may give infinity.
//
// From: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016
// (arXiv:1509.09308).
const (
	winogradValues  = 16 // of the transform of a tile
	winogradMinimum = 32 // channels, so that the products outweigh the transforms
	winogradPixels  = 4  // rows and columns, so that tiles do not go far beyond the image
)

// winograd reports whether Winograd's convolution supports a geometry and is faster than
// the definition. It depends on the geometry alone, as the bits must.
func (g *ConvGeometry) winograd() bool {
	return g.KH == 3 && g.KW == 3 && g.StrideH == 1 && g.StrideW == 1 && g.DilationH == 1 && g.DilationW == 1 &&
		g.PadH == 1 && g.PadW == 1 && g.PadEndH == 0 && g.PadEndW == 0 && g.Groups == 1 &&
		min(g.C, g.OC) >= winogradMinimum && g.C%Lanes == 0 && min(g.H, g.W) >= winogradPixels
}

// winogradWeights computes G·w·Gᵀ of every kernel: u [16][OC][C] from w [OC][C][3][3],
// or turned around for the gradient of the image, [16][C][OC].
func winogradWeights(u, w []float32, oc, c int, turned bool) {
	plane := oc * c
	for o := range oc {
		for i := range c {
			k, at := (*[9]float32)(w[(o*c+i)*9:]), o*c+i
			g := *k
			if turned {
				at = i*oc + o
				for j := range g {
					g[j] = k[8-j]
				}
			}
			var t [4][3]float32 // G·w
			for j := range 3 {
				t[0][j], t[1][j], t[2][j], t[3][j] = winogradG(g[j], g[3+j], g[6+j])
			}
			for j := range 4 {
				u[(4*j)*plane+at], u[(4*j+1)*plane+at], u[(4*j+2)*plane+at], u[(4*j+3)*plane+at] = winogradG(t[j][0], t[j][1], t[j][2])
			}
		}
	}
}

// winogradG returns G times a vector.
func winogradG(a, b, c float32) (u0, u1, u2, u3 float32) {
	s := a + c
	return a, .5 * (s + b), .5 * (s - b), c
}

// winogradWeightGrad computes dw = Gᵀ·u·G of every kernel: u [16][OC][C], where the last
// row and the last column have the opposite sign, because the vector kernels use C for A.
func winogradWeightGrad(dw, u []float32, oc, c int) {
	plane := oc * c
	for i := range plane {
		var t [3][4]float32 // Gᵀ·u
		for j := range 4 {
			t[0][j], t[1][j], t[2][j] = winogradGT(u[j*plane+i], u[(4+j)*plane+i], u[(8+j)*plane+i], u[(12+j)*plane+i])
		}
		k := (*[9]float32)(dw[i*9:])
		for j := range 3 {
			k[3*j], k[3*j+1], k[3*j+2] = winogradGT(t[j][0], t[j][1], t[j][2], t[j][3])
		}
	}
}

// winogradGT returns Gᵀ times a vector whose last element has the opposite sign.
func winogradGT(a, b, c, d float32) (w0, w1, w2 float32) {
	s := float32(.5 * (b + c))
	return a + s, .5 * (b - c), s - d
}
