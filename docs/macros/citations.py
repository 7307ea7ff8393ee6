"""The works that this one stands on; a page lists those that it cites."""

import re

WORKS = {
    "kingma2014": (
        "D. P. Kingma and M. Welling. Auto-Encoding Variational Bayes. *ICLR*, 2014. "
        "arXiv:1312.6114."
    ),
    "goodfellow2014": (
        "I. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. "
        "Courville and Y. Bengio. Generative Adversarial Nets. *NIPS*, 2014. arXiv:1406.2661."
    ),
    "sohn2015": (
        "K. Sohn, H. Lee and X. Yan. Learning Structured Output Representation using Deep "
        "Conditional Generative Models. *NIPS*, 2015."
    ),
    "mirza2014": (
        "M. Mirza and S. Osindero. Conditional Generative Adversarial Nets. 2014. arXiv:1411.1784."
    ),
    "radford2016": (
        "A. Radford, L. Metz and S. Chintala. Unsupervised Representation Learning with Deep "
        "Convolutional Generative Adversarial Networks. *ICLR*, 2016. arXiv:1511.06434."
    ),
    "miyato2018": (
        "T. Miyato and M. Koyama. cGANs with Projection Discriminator. *ICLR*, 2018. "
        "arXiv:1802.05637."
    ),
    "heusel2017": (
        "M. Heusel, H. Ramsauer, T. Unterthiner, B. Nessler and S. Hochreiter. GANs Trained by "
        "a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium. *NIPS*, 2017. "
        "arXiv:1706.08500."
    ),
    "binkowski2018": (
        "M. Bińkowski, D. J. Sutherland, M. Arbel and A. Gretton. Demystifying MMD GANs. "
        "*ICLR*, 2018. arXiv:1801.01401."
    ),
    "naeem2020": (
        "M. F. Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo. Reliable Fidelity and Diversity "
        "Metrics for Generative Models. *ICML*, 2020. arXiv:2002.09797."
    ),
    "kynkaanniemi2019": (
        "T. Kynkäänniemi, T. Karras, S. Laine, J. Lehtinen and T. Aila. Improved Precision and "
        "Recall Metric for Assessing Generative Models. *NeurIPS*, 2019. arXiv:1904.06991."
    ),
    "salimans2016": (
        "T. Salimans, I. Goodfellow, W. Zaremba, V. Cheung, A. Radford and X. Chen. Improved "
        "Techniques for Training GANs. *NIPS*, 2016. arXiv:1606.03498."
    ),
    "ravuri2019": (
        "S. Ravuri and O. Vinyals. Classification Accuracy Score for Conditional Generative "
        "Models. *NeurIPS*, 2019. arXiv:1905.10887."
    ),
    "zhao2020": (
        "S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu and S. Han. Differentiable Augmentation for "
        "Data-Efficient GAN Training. *NeurIPS*, 2020. arXiv:2006.10738."
    ),
    "rybkin2021": (
        "O. Rybkin, K. Daniilidis and S. Levine. Simple and Effective VAE Training with "
        "Calibrated Decoders. *ICML*, 2021. arXiv:2006.13202."
    ),
    "tipping1999": (
        "M. E. Tipping and C. M. Bishop. Probabilistic Principal Component Analysis. *Journal of "
        "the Royal Statistical Society B* 61(3), 611–622, 1999."
    ),
    "higgins2017": (
        "I. Higgins, L. Matthey, A. Pal, C. Burgess, X. Glorot, M. Botvinick, S. Mohamed and A. "
        "Lerchner. beta-VAE: Learning Basic Visual Concepts with a Constrained Variational "
        "Framework. *ICLR*, 2017."
    ),
    "arjovsky2017": (
        "M. Arjovsky, S. Chintala and L. Bottou. Wasserstein Generative Adversarial Networks. "
        "*ICML*, 2017. arXiv:1701.07875."
    ),
    "gulrajani2017": (
        "I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin and A. Courville. Improved Training of "
        "Wasserstein GANs. *NIPS*, 2017. arXiv:1704.00028."
    ),
    "odena2017": (
        "A. Odena, C. Olah and J. Shlens. Conditional Image Synthesis with Auxiliary Classifier "
        "GANs. *ICML*, 2017. arXiv:1610.09585."
    ),
    "denton2016": (
        "E. Denton, S. Gross and R. Fergus. Semi-Supervised Learning with Context-Conditional "
        "Generative Adversarial Networks. 2016. arXiv:1611.06430."
    ),
    "mescheder2018": (
        "L. Mescheder, A. Geiger and S. Nowozin. Which Training Methods for GANs do actually "
        "Converge? *ICML*, 2018. arXiv:1801.04406."
    ),
    "karras2018": (
        "T. Karras, T. Aila, S. Laine and J. Lehtinen. Progressive Growing of GANs for Improved "
        "Quality, Stability, and Variation. *ICLR*, 2018. arXiv:1710.10196."
    ),
    "ronneberger2015": (
        "O. Ronneberger, P. Fischer and T. Brox. U-Net: Convolutional Networks for Biomedical "
        "Image Segmentation. *MICCAI*, 2015. arXiv:1505.04597."
    ),
    "chadebec2022": (
        "C. Chadebec, L. J. Vincent and S. Allassonnière. Pythae: Unifying Generative "
        "Autoencoders in Python. *NeurIPS*, 2022. arXiv:2206.08309."
    ),
    "lucic2018": (
        "M. Lucic, K. Kurach, M. Michalski, S. Gelly and O. Bousquet. Are GANs Created Equal? A"
        " Large-Scale Study. *NeurIPS*, 2018. arXiv:1711.10337."
    ),
    "satopaa2011": (
        "V. Satopää, J. Albrecht, D. Irwin and B. Raghavan. Finding a “Kneedle” in a Haystack: "
        "Detecting Knee Points in System Behavior. *ICDCS Workshops*, 2011."
    ),
    "rezende2014": (
        "D. J. Rezende, S. Mohamed and D. Wierstra. Stochastic Backpropagation and Approximate "
        "Inference in Deep Generative Models. *ICML*, 2014. arXiv:1401.4082."
    ),
    "lecun1998": (
        "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner. Gradient-Based Learning Applied to "
        "Document Recognition. *Proceedings of the IEEE* 86(11), 2278–2324, 1998."
    ),
    "netzer2011": (
        "Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu and A. Y. Ng. Reading Digits in "
        "Natural Images with Unsupervised Feature Learning. *NIPS Workshop on Deep Learning and"
        " Unsupervised Feature Learning*, 2011."
    ),
    "larsen2016": (
        "A. B. L. Larsen, S. K. Sønderby, H. Larochelle and O. Winther. Autoencoding beyond "
        "pixels using a learned similarity metric. *ICML*, 2016. arXiv:1512.09300."
    ),
    "anixdrone": ("*CVAE vs CGAN*, code and README: github.com/AnixDrone/vae-vs-cgan."),
    "memari": (
        "*Comparative Analysis of CVAE and CGAN for Image Generation to Improve OCR Systems*, "
        "code and README: github.com/memari-majid/image_generation."
    ),
    "lebrice": (
        "*VAE vs GAN in Image Generation*, project note, April 2019; code: "
        "github.com/lebrice/IFT6135, Assignment3."
    ),
    "implementation": ("*Implementation-of-GAN-and-cGAN*, README of a course repository."),
    "ferianc": (
        "M. Ferianc and D. Manocha. *Generative adversarial networks for generating numbers "
        "trained on the MNIST dataset*, course report and README, Imperial College London, "
        "2019."
    ),
}


LABELS = {
    "anixdrone": "CVAE vs CGAN",
    "memari": "Comparative Analysis of CVAE and CGAN",
    "implementation": "Implementation of GAN and cGAN",
    "lebrice": "VAE vs GAN in Image Generation",
    "ferianc": "Ferianc and Manocha",
    "chadebec2022": "Pythae",
}
"""What tables call a work, where a footnote cannot stand."""


def cite(*keys: str) -> str:
    """Footnote marks; an unknown key is an error."""
    return "".join(f"[^{key}]" for key in keys if WORKS[key])


def list_cited(markdown: str) -> str:
    """Append the footnotes that a page refers to, in the order in which it does."""
    cited = dict.fromkeys(re.findall(r"\[\^(\w+)\](?!:)", markdown))
    notes = [f"[^{key}]: {WORKS[key]}" for key in cited if key in WORKS]
    return "\n\n".join([markdown, *notes]) + "\n"
